import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { stripeCall, subscribe } from '#test/support/subscribers.js'
import { taxedCatalog } from '#test/support/taxed-catalog.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('Taxes from the provider', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-02-01T08:00:00Z', env: { CATALOG: taxedCatalog('agileforge') } })
  })
  afterAll(() => server.close())

  it.each([
    ['startSubscription', { plan: 'business' }, 1800],
    ['purchasePackage', { package: 'stories_50' }, 500],
  ] as const)(
    '%s: the page computes taxes, collects address and tax ID, and stores them on the customer',
    async (mutation, input, net) => {
      const buyer = await Buyer.named(server, `${mutation}@example.com`)
      const page = await buyer.start(mutation, input)
      const response = await fetch(`${server.sandbox.url}/v1/checkout/sessions/${page.providerReference}`, {
        headers: { authorization: 'Bearer sk_test_sandbox_server' },
      })
      expect(await response.json()).toMatchObject({
        automatic_tax: { enabled: true },
        billing_address_collection: 'required',
        tax_id_collection: { enabled: true },
      })
      await buyer.pay(page.providerReference)
      const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 1)
      expect(records.purchases.nodes[0]!.status).toBe('PAID')
      const customers = (await (
        await fetch(`${server.sandbox.url}/v1/customers?email=${buyer.email}`, {
          headers: { authorization: 'Bearer sk_test_sandbox_server' },
        })
      ).json()) as { data: { name: string | null }[] }
      expect(customers.data.map(({ name }) => name)).toEqual(['Sandbox Customer'])
      expect(records.purchases.nodes[0]!.money.amountMinor).toBeGreaterThanOrEqual(net)
    },
  )

  it('sells on an account at Stripe that uses Managed Payments by default', async () => {
    await server.sandboxControl('POST', 'settings', { managedPaymentsByDefault: true })
    const buyer = await Buyer.named(server, 'managed@example.com')
    try {
      await buyer.buy('startSubscription', { plan: 'business' })
      await buyer.buy('purchasePackage', { package: 'stories_50' })
    } finally {
      await server.sandboxControl('POST', 'settings', { managedPaymentsByDefault: false })
    }
    const { purchases } = await buyer.buyerWhen((records) => records.purchases.nodes.length === 2)
    expect(purchases.nodes.map(({ status }) => status)).toEqual(['PAID', 'PAID'])
  })

  it('previews the next invoice with its tax', async () => {
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
    const buyer = await Buyer.named(server, 'taxed@example.com')
    await buyer.buy('startSubscription', { plan: 'business' })
    const { data } = await server.graphql<{ account: { billing: object } }>(
      `{ account { billing { subscription { upcomingInvoice { total { decimal } tax { decimal } } } invoices { nodes { total { decimal } tax { decimal } } } } } }`,
      {},
      buyer.token,
    )
    const taxed = { total: { decimal: '21.60' }, tax: { decimal: '3.60' } }
    expect(data.account.billing).toEqual({ subscription: { upcomingInvoice: taxed }, invoices: { nodes: [taxed] } })
  })

  it('are part of a renewal that credit pays, which is no money', async () => {
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
    const credited = await subscribe(server, 'credited@example.com', { plan: 'business' })
    const credit = { amount: '-2000', currency: 'usd', description: 'Sorry' }
    await stripeCall(server, 'POST', `customers/${credited.customerId}/balance_transactions`, credit)
    await server.advanceTo('2026-03-02T08:00:00Z')
    const purchases = await eventually(
      () =>
        server.query<object>(
          `select amount_minor::int as amount, tax_minor::int as tax, credit_minor::int as credit from purchase where account_id = $1
           order by purchased_at`,
          [credited.accountId],
        ),
      (rows) => rows.length === 2,
    )
    expect(purchases).toEqual([
      { amount: 2160, tax: 360, credit: 0 },
      { amount: 160, tax: 160, credit: 2000 },
    ])
    await expectInvariants(server)
  })
})

describe('Prices that contain their taxes', () => {
  let server: TestServer
  beforeAll(async () => {
    const CATALOG = taxedCatalog('agileforge', 'inclusive')
    server = await startTestServer({ start: '2026-02-01T08:00:00Z', env: { CATALOG } })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const BILLING = `{ account { billing {
    subscription { upcomingInvoice { total { decimal } tax { decimal } } }
    invoices { nodes { total { decimal } tax { decimal } lines { nodes { money { decimal } } } } }
    purchases { nodes { money { decimal } } }
  } } }`

  it('charge what the catalog says, and state the tax that it contains', async () => {
    const buyer = await Buyer.named(server, 'inclusive@example.com')
    await buyer.buy('startSubscription', { plan: 'business' })
    const { data } = await server.graphql<{ account: { billing: object } }>(BILLING, {}, buyer.token)
    const taxed = { total: { decimal: '18.00' }, tax: { decimal: '3.00' } }
    expect(data.account.billing).toEqual({
      subscription: { upcomingInvoice: taxed },
      invoices: { nodes: [{ ...taxed, lines: { nodes: [{ money: { decimal: '18.00' } }] } }] },
      purchases: { nodes: [{ money: { decimal: '18.00' } }] },
    })
  })

  it('are the same for a pack', async () => {
    const buyer = await Buyer.named(server, 'inclusive-pack@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_50' })
    const [purchase] = await server.query<object>(
      `select p.amount_minor::int as amount, p.tax_minor::int as tax from purchase p join app_user u on u.email = $1
       join member m on m.user_id = u.id and m.account_id = p.account_id`,
      [buyer.email],
    )
    expect(purchase).toEqual({ amount: 500, tax: 83 })
  })

  it('return the unused time of an immediate downgrade with its tax', async () => {
    const buyer = await Buyer.named(server, 'inclusive-change@example.com')
    await buyer.buy('startSubscription', { plan: 'business' })
    await server.advanceTo('2026-02-15T08:00:00Z')
    const { data } = await server.graphql<{ previewPlanChange: object }>(
      `{ previewPlanChange(input: { plan: "professional", interval: { unit: MONTH }, at: NOW }) { lines { money { decimal } } denial { message } } }`,
      {},
      buyer.token,
    )
    expect(data.previewPlanChange).toEqual({
      lines: [{ money: { decimal: '-4.00' } }],
      denial: null,
    })
  })

  it('are found by the comparison with the provider, which allows no other behavior', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { data } = await server.graphql<{ catalogDiff: object[] }>(
      `{ catalogDiff(provider: STRIPE) { kind } }`,
      {},
      operator,
    )
    expect(data.catalogDiff).toEqual([])
    const prices = (await (
      await fetch(`${server.sandbox.url}/v1/prices?limit=100`, {
        headers: { authorization: 'Bearer sk_test_sandbox_server' },
      })
    ).json()) as { data: { tax_behavior: string }[] }
    expect(new Set(prices.data.map((price) => price.tax_behavior))).toEqual(new Set(['inclusive']))
  })
})
