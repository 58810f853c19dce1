import { DeferredEvent, UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import { startInboxWorker, type InboxHandler } from '#services/kernel/inbox/process-inbox.js'
import { createProviderRecovery } from '#services/kernel/inbox/provider-recovery.js'
import {
  createWebhookReceiver,
  type ReceivedEvent,
  type WebhookReceiver,
} from '#services/kernel/inbox/receive-webhook.js'
import { eventually } from '#test/support/test-server.js'
import { createDeferred, startTestKernel, type Kernel } from '#test/support/kernel.js'
import { execute, query } from '#test/support/plain-sql.js'

interface Row {
  eventId: string
  state: string
  stateReason: string | null
  attempts: number
  effects: string[]
  payload: Record<string, unknown>
  processedAt: Date | null
}

describe('inbox', () => {
  let kernel: Kernel
  let receiver: WebhookReceiver
  beforeAll(async () => {
    kernel = await startTestKernel()
    receiver = createWebhookReceiver(kernel.context)
  })
  beforeEach(async () => {
    await execute(kernel.context.database, `delete from inbox_event`)
    await execute(kernel.context.database, `delete from inbox_object`)
  })
  afterAll(() => kernel.close())

  const event = (eventId: string, changed: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
    provider: 'STRIPE',
    eventId,
    type: 'customer.subscription.updated',
    objectKey: `subscription:${eventId}`,
    livemode: false,
    payload: { id: eventId },
    state: 'RECEIVED',
    stateReason: null,
    ...changed,
  })
  const rows = () => query<Row>(kernel.context.database, `select * from inbox_event order by id`)
  const objects = () =>
    query<{ objectKey: string; pending: boolean; attempts: number; delay: number }>(
      kernel.context.database,
      `select *, extract(epoch from available_at - now())::float as delay from inbox_object order by object_key`,
    )
  const states = async () => (await rows()).map(({ state }) => state)

  async function working(handler: InboxHandler, act: () => Promise<unknown>): Promise<void> {
    const worker = startInboxWorker(kernel.context, { STRIPE: handler })
    try {
      await act()
    } finally {
      await worker.stop()
    }
  }

  const until = (state: string) => eventually(states, (all) => all.length > 0 && all.every((one) => one === state))

  it('stores an event once, sequentially and a hundred times concurrently', async () => {
    expect([await receiver.receive(event('evt_1')), await receiver.receive(event('evt_1'))]).toEqual([
      'stored',
      'duplicate',
    ])
    const together = await Promise.all(
      Array.from({ length: 100 }, (_, index) => receiver.receive(event(`evt_2_${index % 10}`))),
    )
    expect(together.filter((outcome) => outcome === 'stored')).toHaveLength(10)
    expect(await receiver.receive(event('evt_1', { provider: 'PAYPAL' }))).toBe('stored')
    expect(await rows()).toHaveLength(12)
  })

  it('does not process a repeated event of a processed one', async () => {
    let calls = 0
    const handler = () => {
      calls++
      return Promise.resolve(['done'])
    }
    await working(handler, async () => {
      await receiver.receive(event('evt_1'))
      await until('PROCESSED')
      await receiver.receive(event('evt_1'))
      await new Promise((wake) => setTimeout(wake, 100))
    })
    expect(calls).toBe(1)
    expect(await rows()).toMatchObject([{ state: 'PROCESSED', effects: ['done'], attempts: 1 }])
  })

  it('stores dead letters without queueing them', async () => {
    await receiver.receive(event('evt_1', { state: 'IGNORED', stateReason: 'nobody needs it' }))
    await receiver.receive(event('evt_2', { state: 'QUARANTINED', stateReason: 'live' }))
    expect(await objects()).toEqual([])
    expect(await states()).toEqual(['IGNORED', 'QUARANTINED'])
  })

  it.each([
    ['a zero character', 'a\u0000b', 'a\ufffdb'],
    ['half of a pair', 'a\ud800b', 'a\ufffdb'],
    ['the other half of a pair', 'a\udc00b', 'a\ufffdb'],
    ['a backslash before such letters', 'a\\u0000b', 'a\\u0000b'],
    ['a whole pair', 'a🔑b', 'a🔑b'],
  ])('stores an event with %s in its text', async (_what, text, kept) => {
    const payload = { customer: { name: text } }
    expect(await receiver.receive(event(text, { payload, type: text, objectKey: text, stateReason: text }))).toBe(
      'stored',
    )
    expect(await rows()).toMatchObject([{ eventId: kept, stateReason: kept, payload: { customer: { name: kept } } }])
  })

  it('processes all open events of an object with one fetch, serially per object and concurrently across objects', async () => {
    let atOnce = 0
    let calls = 0
    const seen: string[] = []
    const handler: InboxHandler = async (objectKey, events) => {
      expect(++atOnce).toBe(1)
      calls++
      seen.push(...events.map(({ eventId }) => eventId))
      await new Promise((wake) => setTimeout(wake, 20))
      atOnce--
      return [objectKey]
    }
    const ids = Array.from({ length: 20 }, (_, index) => `evt_${String(index).padStart(2, '0')}`)
    await Promise.all(ids.slice(0, 10).map((id) => receiver.receive(event(id, { objectKey: 'subscription:one' }))))
    await working(handler, async () => {
      await Promise.all(ids.slice(10).map((id) => receiver.receive(event(id, { objectKey: 'subscription:one' }))))
      await until('PROCESSED')
    })
    expect(seen.toSorted((a, b) => a.localeCompare(b))).toEqual(ids)
    expect(calls).toBeLessThan(6)
  })

  it('processes an event that arrives during the work on its object', async () => {
    const [begun, slow] = [createDeferred(), createDeferred()]
    const calls: string[][] = []
    const handler: InboxHandler = async (_objectKey, events) => {
      calls.push(events.map(({ eventId }) => eventId))
      begun.open()
      if (calls.length === 1) await slow.opened
      return []
    }
    await working(handler, async () => {
      await receiver.receive(event('evt_1', { objectKey: 'subscription:one' }))
      await begun.opened
      await receiver.receive(event('evt_2', { objectKey: 'subscription:one' }))
      expect(await states()).toEqual(['RECEIVED', 'RECEIVED'])
      slow.open()
      await until('PROCESSED')
    })
    expect(calls).toEqual([['evt_1'], ['evt_2']])
    expect(await objects()).toMatchObject([{ pending: false }])
  })

  it('applies an early event at its due time', async () => {
    let mapped = false
    const handler: InboxHandler = () =>
      mapped ? Promise.resolve(['applied']) : Promise.reject(new DeferredEvent('the customer is not known yet'))
    await working(handler, async () => {
      await receiver.receive(event('evt_1'))
      await until('DEFERRED')
      expect(await rows()).toMatchObject([{ stateReason: 'the customer is not known yet', processedAt: null }])
      mapped = true
      await eventually(states, ([state]) => state === 'PROCESSED', 10_000)
    })
    expect(await rows()).toMatchObject([{ effects: ['applied'], stateReason: null }])
  })

  it('retries a missing reference like a failure: soon at first, then with growing delays', async () => {
    const handler: InboxHandler = () => Promise.reject(new DeferredEvent('not yet'))
    await receiver.receive(event('evt_1'))
    await execute(kernel.context.database, `update inbox_object set attempts = 80`)
    await working(handler, () => until('DEFERRED'))
    const [object] = await objects()
    expect(object!.delay).toBeGreaterThan(1200)
  })

  it('retries a failing event without delaying a hundred others', async () => {
    let poisoned = true
    const handler: InboxHandler = (objectKey) =>
      objectKey === 'subscription:evt_50' && poisoned ? Promise.reject(new Error('poison')) : Promise.resolve([])
    const began = performance.now()
    await working(handler, async () => {
      await Promise.all(Array.from({ length: 101 }, (_, index) => receiver.receive(event(`evt_${index}`))))
      await eventually(states, (all) => all.filter((state) => state === 'PROCESSED').length === 100)
      const ill = (await rows()).filter(({ state }) => state !== 'PROCESSED')
      expect(ill).toMatchObject([{ eventId: 'evt_50', state: 'RETRYING', stateReason: 'poison' }])
      const { attempts } = (await objects()).find(({ pending }) => pending)!
      expect(attempts).toBeGreaterThan(0)
      expect(attempts).toBeLessThanOrEqual(1 + (performance.now() - began) / 500)
      poisoned = false
      await until('PROCESSED')
    })
  })

  it('dead-letters an event that no retry can fix, with the reason', async () => {
    const handler: InboxHandler = () => Promise.reject(new UnprocessableEvent('the catalog does not know this price'))
    await working(handler, async () => {
      await receiver.receive(event('evt_1'))
      await until('DEAD')
    })
    expect(await rows()).toMatchObject([{ stateReason: 'the catalog does not know this price', attempts: 1 }])
    expect(await objects()).toMatchObject([{ pending: false }])
  })

  it("dead-letters an event after its last attempt, and processes the object's next one", async () => {
    let broken = true
    const handler: InboxHandler = () => (broken ? Promise.reject(new Error('still broken')) : Promise.resolve(['ok']))
    await receiver.receive(event('evt_1', { objectKey: 'subscription:one' }))
    await execute(kernel.context.database, `update inbox_object set attempts = 149`)
    await working(handler, async () => {
      await until('DEAD')
      broken = false
      await receiver.receive(event('evt_2', { objectKey: 'subscription:one' }))
      await eventually(states, ([, second]) => second === 'PROCESSED')
    })
    expect(await rows()).toMatchObject([{ state: 'DEAD', stateReason: 'still broken' }, { state: 'PROCESSED' }])
  })

  it('leaves events of a provider without a handler for its module', async () => {
    await receiver.receive(event('evt_1', { provider: 'OTHER' }))
    await receiver.receive(event('evt_2'))
    await working(
      () => Promise.resolve([]),
      () => eventually(states, ([, second]) => second === 'PROCESSED').then(() => undefined),
    )
    expect(await rows()).toMatchObject([{ state: 'RECEIVED', attempts: 0 }, { state: 'PROCESSED' }])
  })

  it('fences off a worker that lost its lease: its result is not written', async () => {
    const other = await kernel.another()
    const [begun, slow] = [createDeferred(), createDeferred()]
    let calls = 0
    const first = startInboxWorker(kernel.context, {
      STRIPE: async () => {
        // Either worker can claim it when the lease ends. Only the first attempt is too late.
        if (calls++ > 0) return ['second']
        begun.open()
        await slow.opened
        return ['first']
      },
    })
    await receiver.receive(event('evt_1'))
    await begun.opened
    await execute(kernel.context.database, `update inbox_object set lease_until = now() - interval '1 second'`)
    const second = startInboxWorker(other.context, { STRIPE: () => Promise.resolve(['second']) })
    await until('PROCESSED')
    slow.open()
    await Promise.all([first.stop(), second.stop()])
    expect(await rows()).toMatchObject([{ effects: ['second'], attempts: 1 }])
  })

  it('wakes objects that wait for a provider at its next successful response', async () => {
    const { database } = kernel.context
    await execute(
      database,
      `insert into inbox_object (provider, object_key, pending, unreachable, available_at) values ('STRIPE', 'invoice:1', true, true, now() + interval '1 hour')`,
    )
    const recovery = createProviderRecovery(database, kernel.context.timers, ['STRIPE'])
    await execute(database, `alter table inbox_object rename to inbox_object_away`)
    try {
      await expect(recovery.responded('STRIPE')).rejects.toThrow('inbox_object')
    } finally {
      await execute(database, `alter table inbox_object_away rename to inbox_object`)
    }
    expect(await recovery.responded('STRIPE')).toBe(true)
    expect((await objects())[0]!.delay).toBeLessThan(60)
  })
})
