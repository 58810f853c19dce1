import { sweepIntents } from '../../src/services/billing/checkout/sweep-intents.js'
import { Buyer } from '../support/buying.js'
import { eventually, openHouse, type House } from '../support/house.js'
import { expectInvariants } from '../support/invariants.js'
import { stripeEvent, stripeSignature } from '../support/signed-event.js'

interface Listed {
  data: { id: string; status?: string; metadata?: Record<string, string> }[]
}

describe('When the provider’s answers go wrong', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({ start: '2026-03-10T09:00:00Z' })
  })
  afterEach(() => house.control('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(house)
    await house.close()
  })

  const stripe = async (path: string): Promise<Listed> =>
    (await (
      await fetch(`${house.sandbox.url}/v1/${path}`, { headers: { authorization: 'Bearer sk_test_sandbox_house' } })
    ).json()) as Listed
  const fault = (path: string, action: string, times: number) =>
    house.control('POST', 'faults', { match: { method: 'POST', path }, action, times })
  const objectsOf = async (email: string) => {
    const customers = (await stripe(`customers?email=${email}`)).data
    const sessions = customers[0] ? (await stripe(`checkout/sessions?customer=${customers[0].id}`)).data : []
    return { customers: customers.length, sessions: sessions.length }
  }
  const checkoutsOf = async (email: string) =>
    house.rows<{ status: string }>(
      `select c.status from checkout c join account a on a.id = c.account_id where a.external_id = $1`,
      [email],
    )

  // What the SDK tries again by itself is hidden from the buyer; what it does not is said with when to try again.
  it.each([
    ['429', 1],
    ['html502', 3],
    ['500', 3],
    ['malformed', 1],
    ['no_error_404', 1],
    ['drop_before', 3],
    ['drop_after', 3],
  ])(
    '%s (×%i) at the page: refused as unavailable, nothing half-written, and the same key ends in one page',
    async (action, times) => {
      const buyer = await Buyer.named(house, `${action.replace('_', '-')}@example.com`)
      await fault('/v1/checkout/sessions', action, times)
      const refused = await buyer.start('startSubscription', { plan: 'plus', idempotencyKey: 'one' })
      expect(refused).toMatchObject({
        __typename: 'Refused',
        code: 'PROVIDER_UNAVAILABLE',
        remedies: [{ kind: 'WAIT', at: expect.any(String) }],
      })
      expect(await checkoutsOf(buyer.email)).toEqual([{ status: 'CREATING' }])
      await house.control('DELETE', 'faults')
      const again = await buyer.start('startSubscription', { plan: 'plus', idempotencyKey: 'one' })
      expect(again).toMatchObject({ __typename: 'Checkout', status: 'OPEN' })
      expect(await objectsOf(buyer.email)).toEqual({ customers: 1, sessions: 1 })
      expect(await checkoutsOf(buyer.email)).toEqual([{ status: 'OPEN' }])
    },
  )

  it.each(['429', 'no_error_404', 'malformed', 'drop_after'])(
    '[CO5] %s at the customer: one customer in the end',
    async (action) => {
      const buyer = await Buyer.named(house, `customer-${action.replace('_', '-')}@example.com`)
      await fault('/v1/customers', action, 3)
      expect(await buyer.start('startSubscription', { plan: 'plus', idempotencyKey: 'one' })).toMatchObject({
        code: 'PROVIDER_UNAVAILABLE',
      })
      const [row] = await house.rows<{ customer_id: string | null }>(
        `select customer_id from billing_customer c join account a on a.id = c.account_id where a.external_id = $1`,
        [buyer.email],
      )
      expect(row!.customer_id).toBeNull()
      await house.control('DELETE', 'faults')
      expect(await buyer.start('startSubscription', { plan: 'plus', idempotencyKey: 'one' })).toMatchObject({
        status: 'OPEN',
      })
      expect(await objectsOf(buyer.email)).toEqual({ customers: 1, sessions: 1 })
    },
  )

  it('three times 429 over REST is 503 with the time to wait, never a 500', async () => {
    const token = await house.token('rest@example.com')
    await fault('/v1/checkout/sessions', '429', 3)
    const answer = await house.rest('POST', '/billing/start', { token, body: { plan_name: 'plus' } })
    expect(answer).toMatchObject({ status: 503, body: { code: 'PROVIDER_UNAVAILABLE' } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('an intent whose answer was lost is settled by the sweeper, and can be paid', async () => {
    const buyer = await Buyer.named(house, 'swept@example.com')
    await fault('/v1/checkout/sessions', 'drop_after', 3)
    await buyer.start('startSubscription', { plan: 'plus' })
    await house.control('DELETE', 'faults')
    expect(await checkoutsOf(buyer.email)).toEqual([{ status: 'CREATING' }])
    await sweepIntents(house.app.context, -1)
    const [row] = await house.rows<{ status: string; session_id: string }>(
      `select c.status, c.session_id from checkout c join account a on a.id = c.account_id where a.external_id = $1`,
      [buyer.email],
    )
    expect(row!.status).toBe('OPEN')
    await buyer.pay(row!.session_id)
    await buyer.booksWhen(({ plan }) => plan.plan.code === 'plus')
    expect(await objectsOf(buyer.email)).toEqual({ customers: 1, sessions: 1 })
  })

  it.each(['html502', 'no_error_404', 'malformed'])(
    '%s while a payment is read: asked again later, granted once',
    async (action) => {
      const buyer = await Buyer.named(house, `read-${action.replace('_', '-')}@example.com`)
      const page = await buyer.start('startSubscription', { plan: 'plus' })
      await house.control('POST', 'faults', { match: { method: 'GET' }, action, times: 4 })
      await buyer.pay(page.sessionId)
      const books = await buyer.booksWhen(
        ({ plan, purchases }) => plan.plan.code === 'plus' && purchases.nodes.length === 1,
      )
      expect(books.purchases.nodes[0]!.status).toBe('PAID')
    },
  )

  it('[CO16] what was paid is not what was asked for: the checkout is quarantined, nothing is granted, and the log says so', async () => {
    const buyer = await Buyer.named(house, 'other@example.com')
    const page = await buyer.start('startSubscription', { plan: 'plus' })
    await house.rows(`update checkout set amount_minor = 1 where id = $1`, [page.id])
    await buyer.pay(page.sessionId)
    await eventually(
      () => checkoutsOf(buyer.email),
      ([row]) => row!.status === 'QUARANTINED',
    )
    expect((await buyer.books()).plan.plan.code).toBe('free')
    await house.rows(`update checkout set amount_minor = 2000 where id = $1`, [page.id])
    expect(house.logLines.some((line) => line.includes('checkout quarantined'))).toBe(true)
  })

  it('events about money that is not ours, or that there is not, change nothing', async () => {
    const tell = async (event: Record<string, unknown>) => {
      const body = JSON.stringify(event)
      await fetch(`${house.url}/webhooks/stripe`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'stripe-signature': stripeSignature(body, house.webhookSecret) },
        body,
      })
      return eventually(
        async () =>
          (await house.rows<{ state: string }>(`select state from inbox_event where event_id = $1`, [event['id']]))[0],
        (row) => row !== undefined && row.state !== 'RECEIVED',
      )
    }
    const purchases = async () => (await house.rows(`select * from purchase order by id`)).length
    const before = await purchases()
    for (const [type, object] of [
      ['refund.created', { id: 're_none', object: 'refund', payment_intent: 'pi_none' }],
      ['charge.dispute.created', { id: 'dp_none', object: 'dispute', payment_intent: 'pi_none' }],
      ['payment_intent.succeeded', { id: 'pi_none', object: 'payment_intent' }],
      ['invoice.paid', { id: 'in_none', object: 'invoice' }],
    ] as const)
      expect(await tell(stripeEvent(type, object))).toEqual({ state: 'DEAD' })
    expect(await tell(stripeEvent('refund.created', { id: 're_x', object: 'refund', charge: 'ch_x' }))).toEqual({
      state: 'IGNORED',
    })
    expect(await purchases()).toBe(before)
  })
})
