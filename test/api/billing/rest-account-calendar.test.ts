import { Buyer } from '#test/support/buyer.js'
import { expectClosed, postBilling } from '#test/support/rest-billing.js'
import { subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('Dates and invoices of an account over REST', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const rest = (verb: string, body: object, token: string) => postBilling(server, verb, body, token)

  it('lists a plan that waits for its payment, and its date', async () => {
    const buyer = await Buyer.named(server, 'waits@example.com')
    const { token } = buyer
    const account = { account_id: await accountIdOf(server, token) }
    const page = await buyer.start<{ id: string; url: string; expiresAt: string }>('startSubscription', {
      plan: 'plus',
    })
    expect(await rest('pending-plans', {}, token)).toEqual({
      status: 200,
      body: {
        ...account,
        pending_plans: [
          {
            id: `ppl_${page.id}`,
            status: 'awaiting_payment',
            missing: 'The payment on the page of the provider.',
            plan: 'plus',
            price: { amount: expect.any(String) as string, currency: 'USD', interval: 'month' },
            quantity: 1,
            action_url: page.url,
            created_at: expect.any(String) as string,
            expires_at: page.expiresAt,
            starts_at: null,
            checkout_id: page.id,
          },
        ],
      },
    })
    const expiry = {
      kind: 'checkout_expires',
      at: page.expiresAt,
      plan: 'plus',
      money: null,
      feature: null,
      amount: null,
    }
    expect(await rest('calendar', account, token)).toEqual({
      status: 200,
      body: { ...account, entries: [expiry], next_after: null },
    })
    const before = { ...account, to: new Date(Date.parse(page.expiresAt) - 1000).toISOString() }
    expect(await rest('calendar', before, token)).toEqual({
      status: 200,
      body: { ...account, entries: [], next_after: null },
    })
    expect(await rest('calendar', { ...account, to: 'soon' }, token)).toMatchObject({ status: 400 })
    await expectClosed(server, 'pending-plans', account)
    await expectClosed(server, 'calendar', account)
    // The calendar has entitlements and billing, so one scope is not enough.
    const key = await server.serviceKey(['billing:read'])
    expect(await rest('pending-plans', account, key)).toMatchObject({ status: 200 })
    expect(await rest('calendar', account, key)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  })

  it('lists invoices with the steps until their payment, page by page', async () => {
    const { accountId, customerId, token } = await subscribe(server, 'debt@example.com', { plan: 'plus' })
    const account = { account_id: accountId }
    await server.sandboxControl('POST', 'payments/fail-next', { customer: customerId, times: 1 })
    await server.advanceTo('2026-02-15T12:00:00Z')
    const open = await rest('invoices', { ...account, statuses: ['open'] }, token)
    expect(open).toMatchObject({
      status: 200,
      body: {
        ...account,
        invoices: [
          {
            provider: 'stripe',
            status: 'open',
            amount_paid: { amount: '0.00', currency: 'USD' },
            hosted_url: expect.stringContaining('http') as string,
            timeline: [
              { kind: 'created', attempt: null, planned: false },
              {
                kind: 'payment_failed',
                at: expect.stringMatching(/^2026-02-15T11/) as string,
                attempt: 1,
                planned: false,
              },
              { kind: 'next_attempt', planned: true },
              { kind: 'access_ends', planned: true },
            ],
          },
        ],
        next_after: null,
      },
    })
    const [unpaid] = (open.body as { invoices: { id: string }[] }).invoices
    const first = await rest('invoices', { ...account, first: 1 }, token)
    expect(first.body).toMatchObject({ invoices: [{ id: unpaid!.id }], next_after: expect.any(String) as string })
    const { next_after: after } = first.body as { next_after: string }
    expect(await rest('invoices', { ...account, first: 1, after }, token)).toMatchObject({
      body: { invoices: [{ status: 'paid', timeline: [{ kind: 'created' }, { kind: 'paid' }] }], next_after: null },
    })
    expect(await rest('invoices', { ...account, after: 'nowhere' }, token)).toMatchObject({
      status: 422,
      body: { code: 'INVALID_CURSOR', field: 'after' },
    })
    await expectClosed(server, 'invoices', account)
  })
})
