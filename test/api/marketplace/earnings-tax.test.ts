import { Buyer } from '#test/support/buyer.js'
import { taxedCatalog } from '#test/support/taxed-catalog.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { amountsOf, readEarnings, type Earnings } from '#test/support/vendor-earnings.js'

describe('Vendor earnings with tax added by the provider', () => {
  let server: TestServer
  let admin: MarketplaceClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z', env: { CATALOG: taxedCatalog('try-direct') } })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
    admin = new MarketplaceClient(server, await server.token('admin@example.com', { roles: ['admin'] }))
  })
  afterAll(() => server.close())

  async function sold(name: string, interval: string): Promise<{ vendor: MarketplaceClient; buyer: Buyer }> {
    const vendor = new MarketplaceClient(server, await server.token(`${name}@example.com`, { roles: ['vendor'] }))
    const { id } = await publishTemplate(vendor, admin, { name })
    await vendor.price(id, 1000, interval)
    const buyer = await Buyer.named(server, `buyer-of-${name}@example.com`)
    await buyer.buy('purchaseTemplate', { templateId: id })
    return { vendor, buyer }
  }
  const recordsWhen = (vendor: MarketplaceClient, until: (records: Earnings) => boolean) =>
    eventually(() => readEarnings(server, vendor.token), until, 20_000)

  it.each(['ONE_TIME', 'MONTH'])(
    'is a share of the price without tax; a refund reverses its part: %s',
    async (interval) => {
      const { vendor, buyer } = await sold(`Taxed-${interval}`, interval)
      const records = await recordsWhen(vendor, ({ payable }) => payable.length > 0)
      const [purchase] = (await buyer.account()).purchases.nodes
      expect(purchase!.money.amountMinor).toBe(1200)
      expect([records.gross, records.payable].map(amountsOf)).toEqual([['1000 USD'], ['800 USD']])
      await server.graphql(
        `mutation ($id: ID!) { refundPurchase(id: $id, amount: { amountMinor: 300, currency: "USD" }, reason: "a part", key: "${interval}") { denial { code } } }`,
        { id: purchase!.id },
        admin.token,
      )
      // A quarter of the payment was refunded, so that a quarter of the share is reversed. The sums are read before the
      // lines: a test that waited for the lines could read earlier sums.
      const after = await recordsWhen(vendor, ({ payable }) => payable[0]!.amountMinor !== 800)
      expect([after.payable, after.entries.nodes]).toMatchObject([
        [{ amountMinor: 600 }],
        [
          { kind: 'CLAWBACK', money: { amountMinor: -200 } },
          { kind: 'SALE', money: { amountMinor: 800 } },
        ],
      ])
    },
  )
})
