import { Buyer } from '#test/support/buyer.js'
import { change, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Upcoming {
  readonly upcomingInvoice: object | null
  readonly noUpcomingInvoiceReason: string | null
}
interface Answer {
  readonly account: { billing: { readonly subscription: Upcoming & { readonly id: string; readonly status: string } } }
}

const UPCOMING = `upcomingInvoice { invoicedAt total { decimal currency } amountDue { decimal } tax { decimal }
  lines { description money { decimal } quantity kind periodStart periodEnd } } noUpcomingInvoiceReason`
const PREVIEW = { method: 'POST', path: '/v1/invoices/create_preview' }

describe('Upcoming invoice of a subscription', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const ask = ({ token }: Pick<Subscriber, 'token'>, fields = UPCOMING) =>
    server.graphql<Answer>(`{ account { billing { subscription { id status ${fields} } } } }`, {}, token)
  const upcomingOf = async (who: Pick<Subscriber, 'token'>) => {
    const { data, errors } = await ask(who)
    expect(errors).toBeUndefined()
    return data.account.billing.subscription
  }
  const previews = async () =>
    (await server.sandboxControl<{ calls: { path: string }[] }>('GET', 'calls')).calls.filter(
      ({ path }) => path === PREVIEW.path,
    ).length

  it('is previewed once for both fields, and only if it is selected', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    await ask(ann, '')
    expect(await previews()).toBe(0)
    expect(await upcomingOf(ann)).toMatchObject({
      upcomingInvoice: {
        invoicedAt: '2026-02-15T10:00:00.000Z',
        total: { decimal: '20.00', currency: 'USD' },
        amountDue: { decimal: '20.00' },
        tax: { decimal: '0.00' },
        lines: [
          {
            description: '1 × Plus (at $20.00 / month)',
            money: { decimal: '20.00' },
            quantity: '1',
            kind: 'RECURRING',
            periodStart: '2026-02-15T10:00:00.000Z',
            periodEnd: '2026-03-15T10:00:00.000Z',
          },
        ],
      },
      noUpcomingInvoiceReason: null,
    })
    expect(await previews()).toBe(1)
  })

  it('is charged after the credit', async () => {
    const eve = await subscribe(server, 'eve@example.com', { plan: 'plus' })
    await fetch(`${server.sandbox.url}/v1/customers/${eve.customerId}/balance_transactions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
      body: new URLSearchParams({ amount: '-500', currency: 'usd' }),
    })
    expect(await upcomingOf(eve)).toMatchObject({
      upcomingInvoice: { total: { decimal: '20.00' }, amountDue: { decimal: '15.00' } },
    })
  })

  it('has the terms of a scheduled change', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'plus' })
    expect(await change(server, bob, 'changePlan', { plan: 'basic', at: 'PERIOD_END' })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
    const { plans } = (
      await server.graphql<{
        plans: { code: string; prices: { interval: { unit: string } | null; money: { decimal: string } }[] }[]
      }>(`{ plans { code prices { interval { unit count } money { decimal } } } }`)
    ).data
    const { decimal } = plans
      .find(({ code }) => code === 'basic')!
      .prices.find(({ interval }) => interval?.unit === 'MONTH')!.money
    expect(await upcomingOf(bob)).toMatchObject({
      upcomingInvoice: { invoicedAt: '2026-02-15T10:00:00.000Z', total: { decimal } },
    })
    // The change is withdrawn: another invoice follows at once.
    await change(server, bob, 'resumeSubscription')
    expect(await upcomingOf(bob)).toMatchObject({ upcomingInvoice: { total: { decimal: '20.00' } } })
  })

  it('is null with a reason before an end and after it, without a call of the provider', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    const calls = await previews()
    await change(server, carl, 'cancelSubscription')
    const ending = await upcomingOf(carl)
    expect(ending).toMatchObject({ upcomingInvoice: null, noUpcomingInvoiceReason: 'ENDS_FIRST' })
    await change(server, carl, 'cancelSubscription', { at: 'NOW' })
    const { data } = await server.graphql<{ node: Upcoming }>(
      `query ($id: ID!) { node(id: $id) { ... on BillingSubscription { ${UPCOMING} } } }`,
      { id: ending.id },
      carl.token,
    )
    expect(data.node).toEqual({ upcomingInvoice: null, noUpcomingInvoiceReason: 'ENDED' })
    expect(await previews()).toBe(calls)
  })

  it.each([
    ['fails', '500'],
    ['does not respond in time', 'delay'],
  ])('is null with an error at its path if the provider %s; the other fields are answered', async (_how, action) => {
    const dora = await subscribe(server, `dora-${action}@example.com`, { plan: 'plus' })
    await server.sandboxControl('POST', 'faults', { match: PREVIEW, action, delay: 20_000 })
    const { data, errors } = await ask(dora, 'upcomingInvoice { invoicedAt }')
    expect(data.account.billing.subscription).toMatchObject({ status: 'ACTIVE', upcomingInvoice: null })
    expect(errors).toMatchObject([
      { path: ['account', 'billing', 'subscription', 'upcomingInvoice'], extensions: { code: 'UNAVAILABLE' } },
    ])
    await server.sandboxControl('DELETE', 'faults')
    expect(await upcomingOf(dora)).toMatchObject({ upcomingInvoice: { total: { decimal: '20.00' } } })
  })

  it('is the next payment date with the price of the plan at PayPal, which has no preview', async () => {
    const paul = await Buyer.named(server, 'paul@example.com')
    await paul.buy('startSubscription', { plan: 'plus', quantity: 3, provider: 'PAYPAL' })
    expect(await upcomingOf(paul)).toMatchObject({
      upcomingInvoice: {
        invoicedAt: expect.stringMatching(/^2026-02-15T/),
        total: { decimal: '60.00', currency: 'USD' },
        amountDue: { decimal: '60.00' },
        tax: null,
        lines: [
          {
            description: '3 × Plus (monthly), February 15, 2026 to March 15, 2026',
            money: { decimal: '60.00' },
            quantity: '3',
            kind: 'RECURRING',
          },
        ],
      },
      noUpcomingInvoiceReason: null,
    })
    const { data } = await server.graphql<{ account: { billing: { invoices: { nodes: object[] } } } }>(
      `{ account { billing { invoices { nodes { lines { nodes { description quantity kind } } } } } } }`,
      {},
      paul.token,
    )
    const description = '3 × Plus (monthly), January 15, 2026 to February 15, 2026'
    expect(data.account.billing.invoices.nodes).toEqual([
      { lines: { nodes: [{ description, quantity: '3', kind: 'RECURRING' }] } },
    ])
    await change(server, paul, 'cancelSubscription')
    expect(await upcomingOf(paul)).toMatchObject({ upcomingInvoice: null, noUpcomingInvoiceReason: 'ENDS_FIRST' })
  })
})
