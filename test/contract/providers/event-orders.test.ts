import { createHash } from 'node:crypto'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { BuyerBy, pricedTemplate, PROVIDERS, type AnyEvent } from './provider.js'

/** Buyers whose events are sent concurrently. Each buyer's events arrive one after another. */
const LANES = 8

/** Number of orders of the five events of a plan or a one-time payment, of all 120. `npm run test:long -- event-orders` runs all. */
const ORDERS = process.env['STACKGATE_LONG'] === '1' ? 120 : 4

const permutations = <Item>(items: readonly Item[]): Item[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, index) =>
        permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
      )

const typeOf = (event: AnyEvent) => String(event['type'] ?? event['event_type'])
const objectOf = (event: AnyEvent) =>
  (event['resource'] ?? (event['data'] as { object: unknown }).object) as {
    [name in 'id' | 'dispute_id' | 'customer' | 'payment_intent']?: string
  }

/** Events from a page to all events of it and its payment, oldest first. */
function storyOf(texts: ReadonlyMap<AnyEvent, string>, providerReference: string): AnyEvent[] {
  const ids = new Set([providerReference])
  const story = new Set<AnyEvent>()
  for (let found = -1; found !== story.size;) {
    found = story.size
    for (const [event, text] of texts) {
      if (story.has(event) || ![...ids].some((id) => text.includes(`${id}"`))) continue
      story.add(event)
      const { id, dispute_id: dispute, customer, payment_intent: payment } = objectOf(event)
      for (const one of [id, dispute, customer, payment]) if (one) ids.add(one)
    }
  }
  return [...texts.keys()].filter((event) => story.has(event))
}

describe.each(PROVIDERS)('Events of a checkout, a refund and a dispute ($name)', (provider) => {
  let server: TestServer
  let template: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z', app: { poolSize: 20 } })
    template = await pricedTemplate(server, 'static-site', { amountMinor: 2000, interval: null })
    // Nothing is delivered by itself: the test is the provider's messenger.
    await server.sandboxControl('POST', 'faults', { match: {}, action: 'webhook_drop' })
  })
  afterAll(() => server.close())

  /** Hands an event in as the provider would, and waits until it has been looked at. */
  const publish = async (event: AnyEvent): Promise<void> => {
    expect((await provider.send(server, event)).status).toBe(200)
    await eventually(
      () => server.query<{ state: string }>(`select state from inbox_event where event_id = $1`, [event.id]),
      ([row]) => row !== undefined && row.state !== 'RECEIVED',
      20_000,
    )
  }

  /** Final state, without IDs and the order of the events. */
  const stateOf = async (email: string) => {
    const read = async (sql: string) => server.query(sql, [email])
    const of = `join account a on a.id = t.account_id where a.external_id = $1`
    return {
      subscriptions: await read(
        `select t.status, t.quantity, t.current_period_end, t.cancel_at from billing_subscription t ${of}`,
      ),
      plans: await read(
        `select v.fingerprint, t.period_end, t.ended_at, t.since from plan_assignment t join plan_version v on v.id = t.plan_version_id ${of}`,
      ),
      checkouts: await read(`select t.status, t.completed_at from checkout t ${of}`),
      purchases: await read(
        `select t.status, t.amount_minor::int, t.refunded_minor::int, t.purchased_at, t.expires_at, t.checkout_id is not null as from_checkout from purchase t ${of}`,
      ),
      refunds: await read(
        `select r.status, r.amount_minor::int from refund r join purchase t on t.id = r.purchase_id ${of}`,
      ),
      disputes: await read(
        `select d.status, d.amount_minor::int from dispute d join purchase t on t.id = d.purchase_id ${of}`,
      ),
      invoices: await read(`select t.status, t.total_minor::int from invoice t ${of}`),
      owned: await read(`select t.source_type, t.expires_at, t.ended_at, t.suspended from template_ownership t ${of}`),
      ledger: await read(`select t.kind, t.amount from ledger_entry t ${of} order by 1, 2`),
      notifier: await read(`select t.type, count(*)::int as times from stream_event t ${of} group by 1 order by 1`),
      outbox: await read(`select t.type, count(*)::int as times from outbox_event t ${of} group by 1 order by 1`),
    }
  }

  const start = (kind: 'plan' | 'once', buyer: BuyerBy) =>
    kind === 'plan'
      ? buyer.start('startSubscription', { plan: 'plus' })
      : buyer.start('purchaseTemplate', { templateId: template })

  it.each([
    ['plan', ORDERS],
    ['once', ORDERS],
  ] as const)(
    `(%s) result in one state in %i orders, with duplicates under other IDs (${provider.name})`,
    async (kind, count) => {
      const types = provider.storyEvents[kind]
      const all = permutations(types)
      const orders = all.filter(
        (_, index) => index % (all.length / count) === Math.floor(index / 24) % (all.length / count),
      )
      expect([all.length, orders.length]).toEqual([120, count])
      const givesBack = types.some((type) => /refund/i.test(type))
      const buyers = await Promise.all(
        orders.map(async (_, index) => BuyerBy.of(server, provider)(`${kind}-${index}@example.com`)),
      )
      const pages: string[] = []
      for (let next = 0; next < buyers.length; next += LANES)
        await Promise.all(
          buyers.slice(next, next + LANES).map(async (buyer, index) => {
            const { providerReference } = await start(kind, buyer)
            pages[next + index] = providerReference
            await buyer.pay(providerReference)
            const payment = await provider.paymentOfPage(server, providerReference)
            if (!givesBack) return
            await provider.refundThere(server, payment, { amountMinor: 500, currency: 'USD' })
            for (const status of ['needs_response', 'won'])
              await server.sandboxControl('POST', 'disputes', { payment, status })
          }),
        )
      const texts = new Map((await provider.events(server)).map((event) => [event, JSON.stringify(event)]))
      const lane = async (index: number): Promise<void> => {
        const own = storyOf(texts, pages[index]!)
        for (const type of orders[index]!) {
          const event = own.find((candidate) => typeOf(candidate) === type)
          if (!event) throw new Error(`no ${type} among ${own.map(typeOf).join(', ')}`)
          await Promise.all([publish(event), publish({ ...event, id: `${event.id}again` })])
        }
      }
      let next = 0
      await Promise.all(
        Array.from({ length: LANES }, async () => {
          while (next < orders.length) await lane(next++)
        }),
      )
      await eventually(
        () =>
          server.query(`select state, state_reason from inbox_event where state <> 'PROCESSED' and state <> 'IGNORED'`),
        (open) => open.length === 0,
        20_000,
      )
      await eventually(
        () => server.query(`select 1 from outbox_event where state = 'PENDING'`),
        (open) => open.length === 0,
        20_000,
      )
      const states = new Map<string, { order: string[]; state: unknown }[]>()
      for (const [index, order] of orders.entries()) {
        const state = await stateOf(buyers[index]!.email)
        const hash = createHash('sha256').update(JSON.stringify(state)).digest('hex')
        states.set(hash, [...(states.get(hash) ?? []), { order, state }])
      }
      expect([...states.values()].map(([first]) => first)).toEqual([
        {
          order: expect.anything(),
          state: expect.objectContaining({
            subscriptions: kind === 'plan' ? [expect.objectContaining({ status: 'ACTIVE', quantity: 1 })] : [],
            checkouts: [expect.objectContaining({ status: 'COMPLETED' })],
            purchases: [
              expect.objectContaining({
                status: givesBack ? 'PARTIALLY_REFUNDED' : 'PAID',
                amount_minor: 2000,
                refunded_minor: givesBack ? 500 : 0,
                from_checkout: true,
              }),
            ],
            refunds: givesBack ? [{ status: 'SUCCEEDED', amount_minor: 500 }] : [],
            disputes: givesBack ? [expect.objectContaining({ status: 'WON' })] : [],
          }),
        },
      ])
      await expectInvariants(server)
    },
  )
})
