import { createHash } from 'node:crypto'
import { Buyer } from '../support/buying.js'
import { eventually, openHouse, type House } from '../support/house.js'
import { expectInvariants } from '../support/invariants.js'
import { stripeSignature } from '../support/signed-event.js'

/** What the provider tells of one checkout of a plan. */
const FIVE = [
  'checkout.session.completed',
  'customer.subscription.created',
  'invoice.paid',
  'invoice.payment_succeeded',
  'payment_intent.succeeded',
]

/** Buyers that are told of at the same time; each hears its own events one after the other. */
const LANES = 8

type Event = Record<string, unknown> & { id: string; type: string; data: { object: Record<string, unknown> } }

const permutations = <Item>(items: readonly Item[]): Item[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, index) =>
        permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
      )

describe('The five events of a checkout', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({ start: '2026-03-10T09:00:00Z', app: { poolSize: 20 } })
  })
  afterAll(() => house.close())

  const stripe = async <Found>(path: string, body?: Record<string, string>): Promise<Found> => {
    const response = await fetch(`${house.sandbox.url}/v1/${path}`, {
      headers: { authorization: 'Bearer sk_test_sandbox_house' },
      ...(body ? { method: 'POST', body: new URLSearchParams(body) } : {}),
    })
    return (await response.json()) as Found
  }

  /** Hands an event in as the provider would, and waits until it has had its effect. */
  const tell = async (event: Event): Promise<void> => {
    const body = JSON.stringify(event)
    const response = await fetch(`${house.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': stripeSignature(body, house.webhookSecret) },
      body,
    })
    expect(response.status).toBe(200)
    const state = async () =>
      (
        await house.rows<{ state: string; why: string }>(`select state, why from inbox_event where event_id = $1`, [
          event.id,
        ])
      )[0]
    const settled = await eventually(state, (row) => row !== undefined && row.state !== 'RECEIVED', 20_000)
    expect(settled).toEqual({ state: 'PROCESSED', why: null })
  }

  /** What all of it came to, without ids and the order in which it was told. */
  const stateOf = async (email: string) => {
    const read = async (sql: string) => house.rows(sql, [email])
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
        `select t.status, t.amount_minor, t.refunded_minor, t.purchased_at, t.expires_at, t.checkout_id is not null as from_checkout from purchase t ${of}`,
      ),
      invoices: await read(`select t.status, t.total_minor from invoice t ${of}`),
      ledger: await read(`select t.kind, t.amount from ledger_entry t ${of} order by 1, 2`),
      news: await read(`select t.type, count(*)::int as times from stream_event t ${of} group by 1 order by 1`),
      outbox: await read(`select t.type, count(*)::int as times from outbox_event t ${of} group by 1 order by 1`),
    }
  }

  it('[WH3] [CR8] [OP2] end in one state in all 120 orders, each event told again under another id', async () => {
    // Nothing is delivered by itself: the test is the provider's messenger.
    const [endpoint] = (await stripe<{ data: { id: string }[] }>('webhook_endpoints')).data
    await stripe(`webhook_endpoints/${endpoint!.id}`, { disabled: 'true' })
    const orders = permutations(FIVE)
    expect(orders).toHaveLength(120)
    const buyers = await Promise.all(orders.map((_, index) => Buyer.named(house, `order-${index}@example.com`)))
    for (let next = 0; next < buyers.length; next += LANES)
      await Promise.all(
        buyers.slice(next, next + LANES).map(async (buyer) => {
          const page = await buyer.start('startSubscription', { plan: 'plus' })
          await buyer.pay(page.sessionId)
        }),
      )
    const customers = new Map(
      (
        await house.rows<{ external_id: string; customer_id: string }>(
          `select a.external_id, c.customer_id from billing_customer c join account a on a.id = c.account_id`,
        )
      ).map((row) => [row.external_id, row.customer_id]),
    )
    const { events } = await house.control<{ events: Event[] }>('GET', 'events')
    const byCustomer = Map.groupBy(events, ({ data }) => data.object['customer'])

    const lane = async (index: number): Promise<void> => {
      const own = byCustomer.get(customers.get(buyers[index]!.email))!
      for (const type of orders[index]!) {
        const event = own.find((candidate) => candidate.type === type)!
        await Promise.all([tell(event), tell({ ...event, id: `${event.id}_again` })])
      }
    }
    let next = 0
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        while (next < orders.length) await lane(next++)
      }),
    )

    const states = new Map<string, { order: string[]; state: unknown }[]>()
    for (const [index, order] of orders.entries()) {
      const state = await stateOf(buyers[index]!.email)
      const hash = createHash('sha256').update(JSON.stringify(state)).digest('hex')
      states.set(hash, [...(states.get(hash) ?? []), { order, state }])
    }
    const different = [...states.values()].map(([first]) => first)
    expect(different).toHaveLength(1)
    expect(different[0]!.state).toMatchObject({
      subscriptions: [{ status: 'ACTIVE', quantity: 1 }],
      checkouts: [{ status: 'COMPLETED' }],
      purchases: [{ status: 'PAID', amount_minor: 2000, from_checkout: true }],
      news: [
        { type: 'checkout.completed', times: 1 },
        { type: 'checkout.started', times: 1 },
        { type: 'purchase.paid', times: 1 },
        { type: 'subscription.activated', times: 1 },
      ],
    })
    await expectInvariants(house)
  }, 120_000)
})
