import { startOutboxRelay, type OutboxHandler, type OutboxHandlers } from '#services/kernel/outbox/relay-outbox.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { eventually } from '#test/support/test-server.js'
import { createDeferred, startTestKernel, delay, START, type Kernel } from '#test/support/kernel.js'
import { execute, query } from '#test/support/plain-sql.js'

interface Row {
  id: string
  state: string
  attempts: number
  lastError: string | null
  relayedAt: Date | null
}

describe('outbox', () => {
  let kernel: Kernel
  beforeAll(async () => {
    kernel = await startTestKernel()
  })
  beforeEach(() => execute(kernel.context.database, `delete from outbox_event`))
  afterAll(() => kernel.close())

  const write = (planVersionId = 'plv_1') =>
    kernel.context.database.transaction((transaction) =>
      writeOutbox(transaction, {
        type: 'plan.expired',
        accountId: 'acc_1',
        payload: { planVersionId },
        at: START,
        requestId: 'req-1',
      }),
    )
  const rows = () => query<Row>(kernel.context.database, `select * from outbox_event order by id`)

  async function relaying(handlers: OutboxHandlers, act: () => Promise<unknown>): Promise<void> {
    const relay = startOutboxRelay(kernel.context, handlers)
    try {
      await act()
    } finally {
      await relay.stop()
    }
  }

  const relayed = () => eventually(rows, (all) => all.length > 0 && all.every(({ state }) => state === 'RELAYED'))

  it('relays committed events to every handler of their type, with their origin', async () => {
    const heard: unknown[] = []
    const handlers = ['first', 'second'].map((name): OutboxHandler => ({ id, payload, requestId }) => {
      heard.push([name, id, payload, requestId])
      return Promise.resolve()
    })
    await relaying({ 'plan.expired': handlers }, async () => {
      await write('plv_2')
      await relayed()
    })
    const [row] = await rows()
    expect(heard).toEqual([
      ['first', row!.id, { planVersionId: 'plv_2' }, 'req-1'],
      ['second', row!.id, { planVersionId: 'plv_2' }, 'req-1'],
    ])
    expect(row).toMatchObject({ attempts: 1, lastError: null })
    expect(row!.relayedAt).not.toBeNull()
  })

  it('relays nothing of a rollback', async () => {
    await expect(
      kernel.context.database.transaction(async (transaction) => {
        await writeOutbox(transaction, {
          type: 'plan.expired',
          accountId: 'acc_1',
          payload: { planVersionId: 'plv_1' },
          at: START,
          requestId: null,
        })
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await rows()).toEqual([])
  })

  it('dead-letters events without a handler', async () => {
    await relaying({}, async () => {
      await write()
      await relayed()
    })
    expect(await rows()).toHaveLength(1)
  })

  it('retries a failed handler with the recorded reason until it succeeds', async () => {
    let calls = 0
    const handler = () => (++calls === 1 ? Promise.reject(new Error('not now')) : Promise.resolve())
    await relaying({ 'plan.expired': [handler] }, async () => {
      await write()
      const [row] = await eventually(rows, ([first]) => first?.lastError != null)
      expect(row).toMatchObject({ state: 'PENDING', lastError: 'not now', attempts: 1 })
      await relayed()
    })
    expect(calls).toBe(2)
    expect(await rows()).toMatchObject([{ state: 'RELAYED', attempts: 2 }])
  })

  it('delivers at least once: another process continues if one dies before recording', async () => {
    const other = await kernel.another()
    const slow = createDeferred()
    const calls: string[] = []
    const first = startOutboxRelay(kernel.context, {
      'plan.expired': [
        async ({ id }) => {
          calls.push(`first ${id}`)
          await slow.opened
        },
      ],
    })
    await write()
    await eventually(
      () => calls.length,
      (count) => count === 1,
    )
    await execute(kernel.context.database, `update outbox_event set lease_until = now() - interval '1 second'`)
    const second = startOutboxRelay(other.context, {
      'plan.expired': [({ id }) => Promise.resolve(void calls.push(`second ${id}`))],
    })
    await relayed()
    const [before] = await rows()
    slow.open()
    await Promise.all([first.stop(), second.stop()])
    expect(calls).toEqual([`first ${before!.id}`, `second ${before!.id}`])
    expect(await rows()).toEqual([before])
  })

  it('waits at most 20 seconds, and dead-letters nothing within three days, if a service does not respond', async () => {
    await write()
    await execute(kernel.context.database, `update outbox_event set attempts = 25`)
    const handler = () => Promise.reject(new AppError('UNAVAILABLE', 'The payment provider does not respond.'))
    await relaying({ 'plan.expired': [handler] }, async () => {
      const [row] = await eventually(rows, ([first]) => first?.lastError != null)
      expect(row).toMatchObject({ state: 'PENDING', attempts: 26 })
    })
    const [{ delay }] = (await query<{ delay: number }>(
      kernel.context.database,
      `select extract(epoch from available_at - now())::float8 as delay from outbox_event`,
    )) as [{ delay: number }]
    expect(delay).toBeLessThanOrEqual(20 * 1.15)
  })

  it('dead-letters an event after its last attempt, with the reason', async () => {
    await write()
    await execute(kernel.context.database, `update outbox_event set attempts = 18`)
    let calls = 0
    const handler = () => {
      calls++
      return Promise.reject(new Error('for ever'))
    }
    await relaying({ 'plan.expired': [handler] }, async () => {
      await eventually(rows, ([row]) => row?.attempts === 19 && row.lastError !== null)
      await execute(kernel.context.database, `update outbox_event set available_at = now()`)
      await eventually(rows, ([row]) => row?.state === 'DEAD')
      await delay(1200)
    })
    expect(calls).toBe(2)
    expect(await rows()).toMatchObject([{ state: 'DEAD', attempts: 20, lastError: 'for ever' }])
    expect(await query(kernel.context.database, `select type, data from operator_event`)).toEqual([
      { type: 'dead_letter.added', data: { queue: 'OUTBOX', error: 'for ever' } },
    ])
  })

  it('is not delayed by an event that always fails', async () => {
    for (let index = 0; index < 40; index++) await write(`plv_${index}`)
    const handler = ({ payload }: { payload: Record<string, unknown> }) =>
      payload['planVersionId'] === 'plv_3' ? Promise.reject(new Error('poison')) : Promise.resolve()
    await relaying({ 'plan.expired': [handler] }, async () => {
      await eventually(rows, (all) => all.filter(({ state }) => state === 'RELAYED').length === 39)
    })
    expect((await rows()).filter(({ lastError }) => lastError === 'poison')).toHaveLength(1)
  })
})
