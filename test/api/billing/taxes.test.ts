import { Buyer } from '#test/support/buyer.js'
import { taxedCatalog } from '#test/support/taxed-catalog.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

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
})
