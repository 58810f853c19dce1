import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { amountsOf, readEarnings, type Earnings } from '#test/support/vendor-earnings.js'

describe('earnings of a vendor', () => {
  let server: TestServer
  let vendor: MarketplaceClient
  let admin: MarketplaceClient
  let adminToken: string
  let vendorId: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z', env: { VENDOR_PAYOUTS: 'stripe' } })
    adminToken = await server.token('admin@example.com', { roles: ['admin'] })
    admin = new MarketplaceClient(server, adminToken)
    vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
  })
  afterAll(() => server.close())

  const earnings = (variables: object = {}) => readEarnings(server, vendor.token, variables)
  const earningsWhen = (until: (records: Earnings) => boolean) => eventually(() => earnings(), until, 20_000)

  it('are a share of each sale, published immediately, clawed back with a refund, and held during a dispute', async () => {
    const { id } = await publishTemplate(vendor, admin, { name: 'Sold Stack' })
    await vendor.price(id, 9999)
    const ann = await Buyer.named(server, 'ann@example.com')
    await ann.buy('purchaseTemplate', { templateId: id })
    let records = await earningsWhen(({ share }) => share.length > 0)
    vendorId = records.vendor.id
    expect([records.gross, records.share, records.payable].map(amountsOf)).toEqual([
      ['9999 USD'],
      ['7999 USD'],
      ['7999 USD'],
    ])
    expect(records.entries.nodes).toEqual([
      {
        kind: 'SALE',
        money: { amountMinor: 7999, currency: 'USD' },
        gross: { amountMinor: 9999, currency: 'USD' },
        template: { name: 'Sold Stack' },
        sharePercent: 80,
      },
    ])
    const { data } = await server.graphql<{
      account: { billing: { events: { nodes: { type: string; summary: string; data: object }[] } } }
    }>(
      `{ account { billing { events(first: 50, types: ["template.sold"]) { nodes { type summary data } } } } }`,
      {},
      vendor.token,
    )
    expect(data.account.billing.events.nodes).toMatchObject([{ summary: 'Sold Stack was sold: your share is $79.99.' }])
    expect(JSON.stringify(data)).not.toContain('ann@')

    const [purchase] = (await ann.account()).purchases.nodes
    await ann.dispute(purchase!.id, 'needs_response')
    records = await earningsWhen(({ payable }) => payable[0]?.amountMinor === 0)
    expect(amountsOf(records.clawedBack)).toEqual(['7999 USD'])
    await ann.dispute(purchase!.id, 'won')
    await earningsWhen(({ payable }) => payable[0]?.amountMinor === 7999)
    const { errors } = await server.graphql(
      `mutation ($id: ID!) { refundPurchase(id: $id, amount: { amountMinor: 5000, currency: "USD" }, reason: "half", key: "half") { denial { code } } }`,
      { id: purchase!.id },
      adminToken,
    )
    expect(errors).toBeUndefined()
    records = await earningsWhen(({ payable }) => payable[0]?.amountMinor !== 7999)
    // 80 percent of what stayed: 4,999 of 9,999.
    expect([records.gross, records.share, records.clawedBack, records.payable].map(amountsOf)).toEqual([
      ['9999 USD'],
      ['7999 USD'],
      ['4000 USD'],
      ['3999 USD'],
    ])
    expect(records.entries.nodes.map(({ kind }) => kind)).toEqual(['CLAWBACK', 'CLAWBACK_REVERSED', 'CLAWBACK', 'SALE'])
  })

  it("are visible to the vendor's publishers and operators; others get null", async () => {
    const ask = (token: string | null) =>
      server.graphql(
        `query ($id: ID!) { vendor(by: { id: $id }) { metrics(metrics: [EARNINGS_PAYABLE]) { nodes { metric } } earningsEntries { nodes { id } } } }`,
        { id: vendorId },
        token,
      )
    for (const roles of [['user'], ['vendor'], ['developer']] as const) {
      const stranger = await server.token(`stranger-${roles[0]}@example.com`, { roles: [...roles] })
      expect((await ask(stranger)).errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN'])
      const file = await server.rest('GET', `/api/v1/marketplace/statement.csv?vendor=${vendorId}`, { token: stranger })
      expect(file.status).toBe(404)
      expect((await server.rest('GET', '/api/v1/marketplace/payouts.csv', { token: stranger })).status).toBe(403)
    }
    expect((await ask(adminToken)).errors).toBeUndefined()
    expect((await ask(null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('are listed by dates, and as a file', async () => {
    const before = await earnings({ to: '2026-03-01T00:00:00Z' })
    expect([before.gross, before.payable]).toEqual([[], []])
    await server.advanceTo('2026-03-04T00:00:00Z')
    const after = await earnings({ from: '2026-03-03T00:00:00Z' })
    expect([amountsOf(after.gross), amountsOf(after.payable), after.entries.nodes]).toEqual([
      ['0 USD'],
      ['3999 USD'],
      [],
    ])
    const file = await server.rest('GET', '/api/v1/marketplace/statement.csv', { token: vendor.token })
    expect(file.headers.get('content-type')).toContain('text/csv')
    const lines = (file.body as string).trim().split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[1]).toMatch(/^2026-03-02T09:00:00\.000Z,sale,stack-\d+,Sold Stack,pur_\w+,,99\.99,79\.99,USD,80\.00$/)
    expect(lines[2]).toContain(',0.00,(79.99),USD,80.00')
  })
})
