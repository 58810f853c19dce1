import { VendorAnalytics } from '@stackgate/client/documents'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { sellTemplate } from '#test/support/vendor-earnings.js'

const ANALYTICS = `query ($id: ID, $from: DateTime, $to: DateTime) { vendorAnalytics(vendorId: $id, from: $from, to: $to) { nodes {
  sales installs gross { amountMinor currency } share { amountMinor currency } template { name } } } }`

describe('vendorAnalytics', () => {
  let server: TestServer
  let admin: string
  let vendor: MarketplaceClient
  let vendorId: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    admin = await server.token('admin@example.com', { roles: ['admin'] })
    ;({ vendor, vendorId } = await sellTemplate(server, new MarketplaceClient(server, admin)))
  })
  afterAll(() => server.close())

  it('returns sales and share of each template in the range', async () => {
    const sold = {
      sales: 1,
      installs: 0,
      gross: [{ amountMinor: 9999, currency: 'USD' }],
      share: [{ amountMinor: 7999, currency: 'USD' }],
      template: { name: 'Sold Stack' },
    }
    expect(await callAs(server, vendor.token, ANALYTICS)).toEqual({ kind: 'data', value: { nodes: [sold] } })
    expect(await callAs(server, admin, ANALYTICS, { id: vendorId })).toEqual({ kind: 'data', value: { nodes: [sold] } })
    const later = { from: '2026-03-03T00:00:00Z', to: '2026-03-04T00:00:00Z' }
    expect(await callAs(server, vendor.token, ANALYTICS, later)).toEqual({
      kind: 'data',
      value: { nodes: [{ sales: 0, installs: 0, gross: [], share: [], template: { name: 'Sold Stack' } }] },
    })
  })

  it('returns every template of the vendor page by page', async () => {
    await vendor.create()
    const names: string[] = []
    const read = async (after: string | null) =>
      (await server.graphql(VendorAnalytics, { first: 1, after }, vendor.token)).data.vendorAnalytics!
    for (let page = await read(null); ; page = await read(page.pageInfo.endCursor)) {
      names.push(...page.nodes.map(({ template }) => template.name))
      if (!page.pageInfo.hasNextPage) break
    }
    expect(names).toEqual(['Sold Stack', expect.stringMatching(/^Stack /)])
  })

  it("requires the vendor's account or an operator", async () => {
    const stranger = await server.token('stranger@example.com', { roles: ['vendor'] })
    expect(await callAs(server, stranger, ANALYTICS, { id: vendorId })).toEqual({ kind: 'data', value: null })
    expect(await callAs(server, null, ANALYTICS, { id: vendorId })).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await callAs(server, admin, ANALYTICS, { id: 'ven_none' })).toEqual({ kind: 'data', value: null })
  })
})
