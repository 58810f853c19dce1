import { jest } from '@jest/globals'
import { backoffSeconds, startClaimLoop, type ClaimLoop } from '#services/kernel/claim-loop/claim-loop.js'
import type { Context } from '#services/kernel/context/context.js'
import { eventually } from '#test/support/test-server.js'
import { createDeferred, startTestKernel, delay, type Kernel } from '#test/support/kernel.js'
import { execute, query } from '#test/support/plain-sql.js'
import { systemRandom } from '#services/kernel/random/system-random.js'

interface Job {
  readonly id: number
}

describe('claim loop', () => {
  let kernel: Kernel
  beforeAll(async () => {
    kernel = await startTestKernel()
    await execute(
      kernel.context.database,
      `create table job (id int primary key, lease_token text, lease_until timestamptz, done int not null default 0, refused int not null default 0)`,
    )
  })
  beforeEach(() => execute(kernel.context.database, `delete from job`))
  afterAll(() => kernel.close())

  const addJobs = (count: number) =>
    execute(kernel.context.database, `insert into job (id) select generate_series(1, $1::int)`, [count])

  const jobs = () =>
    query<{ id: number; done: number; refused: number; leaseToken: string | null }>(
      kernel.context.database,
      `select * from job order by id`,
    )

  /** A loop over the job table; `work` may take its time, completion is fenced by the token. */
  function loopOver(
    context: Context,
    work: (job: Job) => Promise<void>,
    options: { leaseSeconds?: number; concurrency?: number } = {},
  ): ClaimLoop {
    const { database } = context
    const loop = startClaimLoop<Job>({
      name: 'jobs',
      context,
      ...options,
      claim: (token, leaseSeconds, limit) =>
        query<Job>(
          database,
          `update job set lease_token = $1, lease_until = now() + make_interval(secs => $2) where id = any(array(
             select id from job where done = 0 and (lease_until is null or lease_until < now()) order by id limit $3 for update skip locked))
           returning id`,
          [token, leaseSeconds, limit],
        ),
      renew: async (token, leaseSeconds) => {
        await execute(
          database,
          `update job set lease_until = now() + make_interval(secs => $2) where lease_token = $1`,
          [token, leaseSeconds],
        )
      },
      work: async (job, token) => {
        await work(job)
        const held = await execute(
          database,
          `update job set done = done + 1, lease_token = null, lease_until = null where id = $1 and lease_token = $2`,
          [job.id, token],
        )
        if (!held) await execute(database, `update job set refused = refused + 1 where id = $1`, [job.id])
      },
    })
    return loop
  }

  const letLeaseRunOut = () =>
    execute(kernel.context.database, `update job set lease_until = now() - interval '1 second' where done = 0`)

  it('processes each of 200 rows once, with two loops in two instances', async () => {
    const other = await kernel.another()
    await addJobs(200)
    const worked: number[] = []
    const work = async (job: Job) => {
      worked.push(job.id)
      await delay(1)
    }
    const loops = [loopOver(kernel.context, work), loopOver(other.context, work)]
    await eventually(jobs, (rows) => rows.every(({ done }) => done > 0))
    await Promise.all(loops.map((loop) => loop.stop()))
    expect((await jobs()).map(({ done }) => done)).toEqual(Array<number>(200).fill(1))
    expect(worked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
  })

  it.each([[[1]], [[1, 2, 3, 4]], [[2, 5, 7, 11, 13, 20]]])(
    'processes the other rows if %j fail each time',
    async (bad) => {
      await addJobs(20)
      const loop = loopOver(
        kernel.context,
        async ({ id }) => {
          if (bad.includes(id)) throw new Error('poisoned')
        },
        { concurrency: 4 },
      )
      await eventually(jobs, (rows) => rows.every(({ id, done }) => bad.includes(id) || done === 1))
      await loop.stop()
      expect((await jobs()).filter(({ done }) => done === 0).map(({ id }) => id)).toEqual(bad)
    },
  )

  it('respects its concurrency limit', async () => {
    await addJobs(20)
    let atOnce = 0
    let maximum = 0
    const loop = loopOver(
      kernel.context,
      async () => {
        maximum = Math.max(maximum, ++atOnce)
        await delay(5)
        atOnce--
      },
      { concurrency: 3 },
    )
    await eventually(jobs, (rows) => rows.every(({ done }) => done === 1))
    await loop.stop()
    expect(maximum).toBe(3)
  })

  it('claims a row with an expired lease, and fences off its first holder', async () => {
    await addJobs(1)
    const slow = createDeferred()
    const first = loopOver(kernel.context, () => slow.opened)
    await eventually(jobs, ([job]) => job!.leaseToken !== null)
    const [held] = await jobs()
    await letLeaseRunOut()
    const second = loopOver(kernel.context, () => Promise.resolve())
    await eventually(jobs, ([job]) => job!.done === 1)
    slow.open()
    await eventually(jobs, ([job]) => job!.refused === 1)
    await Promise.all([first.stop(), second.stop()])
    expect(await jobs()).toEqual([expect.objectContaining({ done: 1, refused: 1 })])
    expect(held!.leaseToken).not.toBeNull()
  })

  it('fences off its own earlier work the same way', async () => {
    await addJobs(1)
    const [slow, quick] = [createDeferred(), createDeferred()]
    let calls = 0
    const loop = loopOver(kernel.context, () => (++calls === 1 ? slow.opened : quick.opened))
    await eventually(jobs, ([job]) => job!.leaseToken !== null)
    await letLeaseRunOut()
    loop.wake()
    await eventually(
      () => calls,
      (count) => count === 2,
    )
    slow.open()
    expect(await eventually(jobs, ([job]) => job!.done + job!.refused > 0)).toMatchObject([{ done: 0, refused: 1 }])
    quick.open()
    await loop.stop()
    expect(await jobs()).toMatchObject([{ done: 1, refused: 1 }])
  })

  it('renews the lease of a row that takes longer', async () => {
    await addJobs(1)
    const slow = createDeferred()
    let calls = 0
    const work = () => (++calls === 1 ? slow.opened : Promise.resolve())
    const loops = [
      loopOver(kernel.context, work, { leaseSeconds: 0.6 }),
      loopOver(kernel.context, work, { leaseSeconds: 0.6 }),
    ]
    for (let waited = 0; waited < 1500; waited += 100) {
      await delay(100)
      loops.forEach((loop) => loop.wake())
    }
    expect(calls).toBe(1)
    slow.open()
    await Promise.all(loops.map((loop) => loop.stop()))
    expect(await jobs()).toEqual([expect.objectContaining({ done: 1, refused: 0 })])
  })

  it('renews leases while it stops, waits for running work, and claims nothing more', async () => {
    await addJobs(2)
    const slow = createDeferred()
    let calls = 0
    const loop = loopOver(
      kernel.context,
      () => {
        calls++
        return slow.opened
      },
      { leaseSeconds: 0.6, concurrency: 1 },
    )
    await eventually(
      () => calls,
      (count) => count === 1,
    )
    let stopped = false
    const stopping = loop.stop().then(() => (stopped = true))
    await delay(1200)
    expect(stopped).toBe(false)
    const [held] = await query<{ valid: boolean }>(
      kernel.context.database,
      `select lease_until > now() as valid from job where lease_token is not null`,
    )
    expect(held).toEqual({ valid: true })
    slow.open()
    await stopping
    expect(calls).toBe(1)
    expect((await jobs()).map(({ done }) => done)).toEqual([1, 0])
  })

  it('stops immediately without work, also when stopped twice', async () => {
    const loop = loopOver(kernel.context, () => Promise.resolve())
    await eventually(
      () => loop.idle,
      (idle) => idle,
    )
    await Promise.all([loop.stop(), loop.stop()])
    await addJobs(1)
    loop.wake()
    await delay(50)
    expect(await jobs()).toEqual([expect.objectContaining({ done: 0, leaseToken: null })])
  })

  it('is woken by a notification before its poll', async () => {
    const other = await kernel.another()
    // The loop polls by an interval, and this one never comes.
    const interval = jest.spyOn(globalThis, 'setInterval').mockImplementation(() => setTimeout(() => undefined, 0))
    const loop = loopOver(kernel.context, () => Promise.resolve())
    interval.mockRestore()
    await eventually(
      () => loop.idle,
      (idle) => idle,
    )
    await other.context.database.transaction(async (transaction) => {
      await execute(transaction, `insert into job (id) values (1)`)
      transaction.announce('jobs')
    })
    await eventually(jobs, ([job]) => job!.done === 1)
    await loop.stop()
  })

  it('continues after a failed claim', async () => {
    let fails = 2
    let calls = 0
    const loop = startClaimLoop<Job>({
      name: 'failing',
      context: kernel.context,
      claim: () =>
        fails-- > 0 ? Promise.reject(new Error('down')) : Promise.resolve(calls++ === 0 ? [{ id: 1 }] : []),
      renew: () => Promise.resolve(),
      work: () => Promise.reject(new Error('work that throws is logged')),
    })
    await eventually(
      () => kernel.logLines.join(''),
      (log) => log.includes('work that throws is logged'),
    )
    await loop.stop()
    expect(kernel.logLines.filter((line) => line.includes('claim failed'))).toHaveLength(2)
  })
})

describe('delay between attempts', () => {
  it('doubles from two seconds to half an hour, with jitter', () => {
    for (const [attempts, seconds] of [
      [1, 2],
      [2, 4],
      [5, 32],
      [11, 1800],
      [1000, 1800],
    ] as const) {
      const delays = Array.from({ length: 200 }, () => backoffSeconds(systemRandom, attempts))
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(seconds * 0.85)
      expect(Math.max(...delays)).toBeLessThanOrEqual(seconds * 1.15)
      expect(new Set(delays).size).toBeGreaterThan(100)
    }
  })
})
