import { sweepIntents } from '#services/billing/checkout/sweep-intents.js'
import { Buyer } from '../support/buyer.js'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { expectInvariants } from '../support/invariants.js'
import { stripeEvent, stripeSignature } from '../support/signed-event.js'

interface Listed {
  data: { id: string; status?: string; metadata?: Record<string, string> }[]
}

describe('Faulty provider responses', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const stripe = async (path: string): Promise<Listed> =>
    (await (
      await fetch(`${server.sandbox.url}/v1/${path}`, { headers: { authorization: 'Bearer sk_test_sandbox_server' } })
    ).json()) as Listed
  const fault = (path: string, action: string, times: number) =>
    server.sandboxControl('POST', 'faults', { match: { method: 'POST', path }, action, times })
  const objectsOf = async (email: string) => {
    const customers = (await stripe(`customers?email=${email}`)).data
    const sessions = customers[0] ? (await stripe(`checkout/sessions?customer=${customers[0].id}`)).data : []
    return { customers: customers.length, sessions: sessions.length }
  }
  const checkoutsOf = async (email: string) =>
    server.query<{ status: string }>(
      `select c.status from checkout c join account a on a.id = c.account_id where a.external_id = $1`,
      [email],
    )

  // An error that the SDK retries is hidden from the buyer. Any other is returned with the time of the next try.
  it.each([
    ['429', 1],
    ['html502', 3],
    ['500', 3],
    ['malformed', 1],
    ['no_error_404', 1],
    ['drop_before', 3],
    ['drop_after', 3],
  ])(
    '%s (×%i) at the page: is denied as unavailable, stores nothing partial, and the same key opens one page',
    async (action, times) => {
      const buyer = await Buyer.named(server, `${action.replace('_', '-')}@example.com`)
      await fault('/v1/checkout/sessions', action, times)
      const refused = await buyer.start('startSubscription', { plan: 'plus', idempotencyKey: 'one' })
      expect(refused).toMatchObject({
        __typename: 'Denial',
        code: 'PROVIDER_UNAVAILABLE',
        remedies: [{ kind: 'WAIT', at: expect.any(String) }],
      })
      expect(await checkoutsOf(buyer.email)).toEqual([{ status: 'CREATING' }])
      await server.sandboxControl('DELETE', 'faults')
      const again = await buyer.start('startSubscription', { plan: 'plus', idempotencyKey: 'one' })
      expect(again).toMatchObject({ __typename: 'Checkout', status: 'OPEN' })
      expect(await objectsOf(buyer.email)).toEqual({ customers: 1, sessions: 1 })
      expect(await checkoutsOf(buyer.email)).toEqual([{ status: 'OPEN' }])
    },
  )

  it.each(['429', 'no_error_404', 'malformed', 'drop_after'])(
    '%s at the customer: creates one customer',
    async (action) => {
      const buyer = await Buyer.named(server, `customer-${action.replace('_', '-')}@example.com`)
      await fault('/v1/customers', action, 3)
      expect(await buyer.start('startSubscription', { plan: 'plus', idempotencyKey: 'one' })).toMatchObject({
        code: 'PROVIDER_UNAVAILABLE',
      })
      const [row] = await server.query<{ customer_id: string | null }>(
        `select customer_id from billing_customer c join account a on a.id = c.account_id where a.external_id = $1`,
        [buyer.email],
      )
      expect(row!.customer_id).toBeNull()
      await server.sandboxControl('DELETE', 'faults')
      expect(await buyer.start('startSubscription', { plan: 'plus', idempotencyKey: 'one' })).toMatchObject({
        status: 'OPEN',
      })
      expect(await objectsOf(buyer.email)).toEqual({ customers: 1, sessions: 1 })
    },
  )

  it('resumes an intent whose response was lost by the sweeper, and it can be paid', async () => {
    const buyer = await Buyer.named(server, 'swept@example.com')
    await fault('/v1/checkout/sessions', 'drop_after', 3)
    await buyer.start('startSubscription', { plan: 'plus' })
    await server.sandboxControl('DELETE', 'faults')
    expect(await checkoutsOf(buyer.email)).toEqual([{ status: 'CREATING' }])
    await sweepIntents(server.app.context, -1)
    const [row] = await server.query<{ status: string; session_id: string }>(
      `select c.status, c.session_id from checkout c join account a on a.id = c.account_id where a.external_id = $1`,
      [buyer.email],
    )
    expect(row!.status).toBe('OPEN')
    await buyer.pay(row!.session_id)
    await buyer.buyerWhen(({ plan }) => plan.plan.code === 'plus')
    expect(await objectsOf(buyer.email)).toEqual({ customers: 1, sessions: 1 })
  })

  it('stores and ignores a refund of a charge without a payment', async () => {
    const event = stripeEvent('refund.created', { id: 're_x', object: 'refund', charge: 'ch_x' })
    const body = JSON.stringify(event)
    await fetch(`${server.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': stripeSignature(body, server.webhookSecret) },
      body,
    })
    const [row] = await server.query<{ state: string }>(`select state from inbox_event where event_id = $1`, [
      event['id'],
    ])
    expect(row).toEqual({ state: 'IGNORED' })
  })
})
