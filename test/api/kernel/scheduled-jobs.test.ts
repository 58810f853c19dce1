import { startJobRunner, type JobHandlers } from '#services/kernel/scheduled-jobs/run-scheduled-jobs.js'
import { cancelJob, SCHEDULED_JOB_TOPIC, nextRunAt, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { eventually } from '#test/support/test-server.js'
import { createDeferred, startTestKernel, delay, START, type Kernel } from '#test/support/kernel.js'
import { execute, query } from '#test/support/plain-sql.js'

const at = (days: number) => new Date(START.getTime() + days * 86_400_000)

describe('scheduled jobs', () => {
  let kernel: Kernel
  beforeAll(async () => {
    kernel = await startTestKernel()
  })
  beforeEach(() => execute(kernel.context.database, `delete from scheduled_job`))
  afterAll(() => kernel.close())

  const schedule = (kind: string, key: string, days: number) =>
    scheduleJob(kernel.context.database, { kind, key, accountId: null, runAt: at(days) })
  const rows = () =>
    query<{
      key: string
      runAt: Date
      attempts: number
      lastError: string | null
      delay: number
    }>(
      kernel.context.database,
      `select *, extract(epoch from available_at - now())::float as delay from scheduled_job order by key`,
    )

  async function running(handlers: JobHandlers, act: () => Promise<void>): Promise<void> {
    const runner = startJobRunner(kernel.context, handlers)
    try {
      await act()
    } finally {
      await runner.stop()
    }
  }

  const gone = () => eventually(rows, (left) => left.length === 0)

  it('run when the business clock reaches them, in order and not before', async () => {
    const done: string[] = []
    await schedule('test', 'later', 2)
    await schedule('test', 'sooner', 1)
    await schedule('test', 'now', 0)
    const handler = ({ key }: { key: string }) => {
      done.push(key)
      return Promise.resolve()
    }
    await running({ test: handler }, async () => {
      await eventually(
        () => done.length,
        (count) => count === 1,
      )
      await delay(100)
      expect(done).toEqual(['now'])
      expect(await nextRunAt(kernel.context.database, at(0))).toEqual(at(1))
      await kernel.context.clock.set(at(1))
      kernel.context.notifier.notify([SCHEDULED_JOB_TOPIC])
      await eventually(
        () => done.length,
        (count) => count === 2,
      )
      await kernel.context.clock.set(at(2))
      kernel.context.notifier.notify([SCHEDULED_JOB_TOPIC])
      await gone()
    })
    expect(done).toEqual(['now', 'sooner', 'later'])
    expect(await nextRunAt(kernel.context.database, at(0))).toBeNull()
  })

  it('exist once per kind and key: the latest schedule applies, and can be removed', async () => {
    await schedule('test', 'a', 10)
    await schedule('test', 'a', 20)
    await schedule('other', 'a', 30)
    expect((await rows()).map(({ runAt }) => runAt)).toEqual([at(20), at(30)])
    await cancelJob(kernel.context.database, 'test', 'a')
    expect((await rows()).map(({ runAt }) => runAt)).toEqual([at(30)])
  })

  it('stay scheduled if their own work schedules them again', async () => {
    let calls = 0
    await schedule('test', 'monthly', 0)
    const handler = async () => {
      calls++
      await schedule('test', 'monthly', 100)
    }
    await running({ test: handler }, async () => {
      await eventually(rows, ([row]) => row?.runAt.getTime() === at(100).getTime())
    })
    expect(calls).toBe(1)
    expect(await rows()).toMatchObject([{ key: 'monthly', runAt: at(100), attempts: 0 }])
  })

  it('stay scheduled if another process schedules them during the work', async () => {
    const [working, begun] = [createDeferred(), createDeferred()]
    await schedule('test', 'moved', 0)
    const handler = () => {
      begun.open()
      return working.opened
    }
    await running({ test: handler }, async () => {
      await begun.opened
      await schedule('test', 'moved', 100)
      working.open()
    })
    expect(await rows()).toMatchObject([{ key: 'moved', runAt: at(100) }])
  })

  it('are retried after a failure, with growing delay and the reason', async () => {
    let calls = 0
    await schedule('test', 'flaky', 0)
    const handler = () => (++calls < 2 ? Promise.reject(new Error('provider is down')) : Promise.resolve())
    await running({ test: handler }, async () => {
      const [row] = await eventually(rows, ([first]) => first?.lastError != null)
      expect(row).toMatchObject({ lastError: 'provider is down', attempts: 1 })
      expect(row!.delay).toBeGreaterThan(1)
      await gone()
    })
    expect(calls).toBe(2)
  })

  it('do not delay other scheduled jobs', async () => {
    await schedule('test', 'a poison', 0)
    for (let index = 0; index < 30; index++) await schedule('test', `good ${index}`, 0)
    const handler = ({ key }: { key: string }) =>
      key === 'a poison' ? Promise.reject(new Error('always')) : Promise.resolve()
    await running({ test: handler }, async () => {
      await eventually(rows, (left) => left.length === 1)
    })
    expect(await rows()).toMatchObject([{ key: 'a poison', lastError: 'always' }])
  })

  it('wait for a handler of their kind, without an attempt', async () => {
    await schedule('unknown', 'x', 0)
    await schedule('test', 'y', 0)
    await running({ test: () => Promise.resolve() }, async () => {
      await eventually(rows, (left) => left.length === 1)
    })
    expect(await rows()).toMatchObject([{ key: 'x', lastError: null }])
    await running({ unknown: () => Promise.resolve() }, async () => {
      await eventually(rows, (left) => left.length === 0)
    })
    expect(await rows()).toEqual([])
  })
})
