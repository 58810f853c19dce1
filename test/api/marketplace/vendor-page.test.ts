import { PayOutVendor, Viewer, NodeTypes } from '@stackgate/client/documents'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { statementsOf } from '#test/support/statements.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { sellTemplate } from '#test/support/vendor-earnings.js'
import { ofType } from '#test/support/of-type.js'

interface Money {
  amountMinor: number
  currency: string
}

interface VendorPage {
  id: string
  templates: { totalCount: number; nodes: { name: string; status: string }[] }
  payable: Money[] | null
  payouts: { nodes: { id: string; status: string; vendor: { name: string } }[] } | null
  onboarding: { transfersEnabled: boolean; payoutAccountId: string | null; payoutsEnabled: boolean | null } | null
  earnings: {
    entries: { nodes: { id: string; kind: string; template: { name: string } | null; payout: { id: string } | null }[] }
    byMonth: { month: string; gross: Money[]; share: Money[]; paidOut: Money[] }[]
  } | null
  analytics: { nodes: { sales: number }[] } | null
}

const AMOUNTS = `{ amountMinor currency }`
const VENDOR_PAGE = `fragment VendorPage on Vendor { id
  templates(statuses: $statuses, orderBy: NAME) { totalCount nodes { name status } }
  payable ${AMOUNTS} payouts { nodes { id status vendor { name } } }
  onboarding { transfersEnabled payoutAccountId payoutsEnabled }
  earnings(from: $from) { entries { nodes { id kind template { name } payout { id } } } byMonth { month gross ${AMOUNTS} share ${AMOUNTS} paidOut ${AMOUNTS} } }
  analytics { nodes { sales } } }`
const OWN = `query ($statuses: [TemplateStatus!], $from: DateTime) { viewer { vendor { ...VendorPage } } } ${VENDOR_PAGE}`
const ANY = `query ($id: ID!, $statuses: [TemplateStatus!], $from: DateTime) { vendor(by: { id: $id }) { ...VendorPage } categories { code } } ${VENDOR_PAGE}`

describe('Page of a vendor', () => {
  let server: TestServer
  const seen: string[] = []
  let admin: string
  let vendor: MarketplaceClient
  let vendorId: string
  let payoutId: string
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-03-30T09:00:00Z',
      env: { VENDOR_PAYOUTS: 'stripe' },
      app: { onStatement: (text) => void seen.push(text) },
    })
    admin = await server.token('admin@example.com', { roles: ['admin'] })
    ;({ vendor, vendorId } = await sellTemplate(server, new MarketplaceClient(server, admin)))
    await vendor.create({ name: 'A Draft' })
    await server.advanceTo('2026-05-01T09:00:00Z')
    const { data } = await server.graphql(
      PayOutVendor,
      { input: { vendorId, currency: 'USD', idempotencyKey: 'may' } },
      admin,
    )
    payoutId = ofType(data.payOutVendor, 'VendorPayout').id
  })
  afterAll(() => server.close())

  const own = async (variables: object = {}) =>
    (await server.graphql<{ viewer: { vendor: VendorPage } }>(OWN, { ...variables }, vendor.token)).data.viewer.vendor
  const any = (token: string | null, variables: object = {}) =>
    server.graphql<{ vendor: VendorPage; categories: object[] }>(ANY, { id: vendorId, ...variables }, token)

  it('shows the vendor its templates in every status', async () => {
    expect((await own()).templates).toEqual({
      totalCount: 2,
      nodes: [
        { name: 'A Draft', status: 'DRAFT' },
        { name: 'Sold Stack', status: 'APPROVED' },
      ],
    })
    expect((await own({ statuses: ['DRAFT'] })).templates).toEqual({
      totalCount: 1,
      nodes: [{ name: 'A Draft', status: 'DRAFT' }],
    })
    expect((await any(admin)).data.vendor.templates.totalCount).toBe(2)
    const { data } = await any(await server.token('stranger@example.com'), { statuses: ['DRAFT', 'APPROVED'] })
    expect(data.vendor.templates).toEqual({ totalCount: 1, nodes: [{ name: 'Sold Stack', status: 'APPROVED' }] })
  })

  it('shows balances, payouts, earnings by month and onboarding', async () => {
    const page = await own()
    expect(page).toMatchObject({
      payable: [{ amountMinor: 0, currency: 'USD' }],
      payouts: { nodes: [{ id: payoutId, status: 'PAID', vendor: { name: 'vera' } }] },
      onboarding: { transfersEnabled: true, payoutAccountId: null, payoutsEnabled: false },
      analytics: { nodes: [{ sales: 1 }, { sales: 0 }] },
    })
    expect(page.earnings!.entries.nodes).toMatchObject([
      { kind: 'PAYOUT', template: null, payout: { id: payoutId } },
      { kind: 'SALE', template: { name: 'Sold Stack' }, payout: null },
    ])
    const usd = (amountMinor: number) => [{ amountMinor, currency: 'USD' }]
    expect(page.earnings!.byMonth).toEqual([
      { month: '2026-03-01T00:00:00.000Z', gross: usd(9999), share: usd(7999), paidOut: usd(0) },
      { month: '2026-04-01T00:00:00.000Z', gross: [], share: [], paidOut: [] },
      { month: '2026-05-01T00:00:00.000Z', gross: usd(0), share: usd(0), paidOut: usd(7999) },
    ])
    expect((await own({ from: '2026-05-01T00:00:00Z' })).earnings!.byMonth).toHaveLength(1)
  })

  it('counts sales of templates, and no grants', async () => {
    const counts = () =>
      server.query<{ saleCount: number }>(`select sale_count as "saleCount" from template where name = 'Sold Stack'`)
    expect(await eventually(counts, ([one]) => one!.saleCount > 0)).toEqual([{ saleCount: 1 }])
  })

  it('is null with an error for each field that others may not read', async () => {
    for (const [token, code] of [
      [await server.token('stranger@example.com'), 'FORBIDDEN'],
      [null, 'UNAUTHENTICATED'],
    ] as const) {
      const { data, errors } = await any(token)
      expect(data.categories.length).toBeGreaterThan(0)
      expect(data.vendor).toMatchObject({
        id: vendorId,
        payable: null,
        payouts: null,
        onboarding: null,
        earnings: null,
        analytics: null,
      })
      const fields = ['analytics', 'earnings', 'onboarding', 'payable', 'payouts']
      expect(errors!.map(({ path }) => String(path!.at(-1))).toSorted()).toEqual(fields)
      expect(new Set(errors!.map(({ extensions }) => extensions.code))).toEqual(new Set([code]))
    }
  })

  it('loads payouts and entries as nodes for the vendor and operators', async () => {
    const entry = (await own()).earnings!.entries.nodes[0]!.id
    const nodes = async (token: string | null) =>
      (await server.graphql(NodeTypes, { ids: [payoutId, entry] }, token)).data.nodes
    const seen = [
      { __typename: 'VendorPayout', id: payoutId },
      { __typename: 'EarningsEntry', id: entry },
    ]
    expect(await nodes(vendor.token)).toEqual(seen)
    expect(await nodes(admin)).toEqual(seen)
    expect(await nodes(await server.token('stranger@example.com'))).toEqual([null, null])
    expect(await nodes(null)).toEqual([null, null])
  })

  it('reads the balances of a list of vendors with one statement', async () => {
    for (const name of ['otto', 'olga'])
      await new MarketplaceClient(server, await server.token(`${name}@example.com`, { roles: ['vendor'] })).create()
    const read = () => server.graphql(`{ vendors { nodes { name payable ${AMOUNTS} } } }`, {}, admin)
    await read()
    const statements = await statementsOf(seen, read)
    expect(statements.filter((text) => text.includes('earnings_entry'))).toHaveLength(1)
  })

  it('has no vendor for a person who never published', async () => {
    const { data } = await server.graphql(Viewer, {}, await server.token('stranger@example.com'))
    expect(data.viewer!.vendor).toBeNull()
  })
})
