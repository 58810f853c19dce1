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
  transfersEnabled: boolean
  payoutAccountId: string | null
  payoutsEnabled: boolean | null
  earningsEntries: {
    nodes: { id: string; kind: string; template: { name: string } | null; payout: { id: string } | null }[]
  } | null
  metrics: { nodes: { metric: string; points: { from: string; value: { money: Money } }[] }[] } | null
}

const AMOUNTS = `{ amountMinor currency }`
const VENDOR_PAGE = `fragment VendorPage on Vendor { id
  templates(statuses: $statuses, orderBy: NAME) { totalCount nodes { name status } }
  payable ${AMOUNTS} payouts { nodes { id status vendor { name } } }
  transfersEnabled payoutAccountId payoutsEnabled
  earningsEntries(from: $from) { nodes { id kind template { name } payout { id } } }
  metrics(metrics: [EARNINGS_GROSS EARNINGS_SHARE EARNINGS_PAID_OUT EARNINGS_PAYABLE], from: $from) { nodes { metric points { from value { money ${AMOUNTS} } } } } }`
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
      { input: { vendorId, currency: 'USD', reference: 'SEPA 5', reason: 'Due.' }, key: 'may' },
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

  it('shows balances, payouts, earnings by month and whether transfers reach the vendor', async () => {
    const page = await own()
    expect(page).toMatchObject({
      payable: [{ amountMinor: 0, currency: 'USD' }],
      payouts: { nodes: [{ id: payoutId, status: 'PAID', vendor: { name: 'vera' } }] },
      transfersEnabled: true,
      payoutAccountId: null,
      payoutsEnabled: false,
    })
    expect(page.earningsEntries!.nodes).toMatchObject([
      { kind: 'PAYOUT', template: null, payout: { id: payoutId } },
      { kind: 'SALE', template: { name: 'Sold Stack' }, payout: null },
    ])
    const months = ({ metrics }: VendorPage) =>
      metrics!.nodes.map(({ metric, points }) => [
        metric,
        ...points.slice(-3).map(({ value }) => value.money.amountMinor),
      ])
    expect(page.metrics!.nodes[0]!.points.map(({ from }) => from).slice(-3)).toEqual(
      ['03', '04', '05'].map((month) => `2026-${month}-01T00:00:00.000Z`),
    )
    expect(months(page)).toEqual([
      ['EARNINGS_GROSS', 9999, 0, 0],
      ['EARNINGS_SHARE', 7999, 0, 0],
      ['EARNINGS_PAID_OUT', 0, 0, 7999],
      ['EARNINGS_PAYABLE', 7999, 7999, 0],
    ])
    expect(months(await own({ from: '2026-05-01T00:00:00Z' }))[2]).toEqual(['EARNINGS_PAID_OUT', 7999])
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
        transfersEnabled: true,
        payoutAccountId: null,
        payoutsEnabled: null,
        earningsEntries: null,
        metrics: null,
      })
      const fields = ['earningsEntries', 'metrics', 'payable', 'payoutAccountId', 'payouts', 'payoutsEnabled']
      expect(errors!.map(({ path }) => String(path!.at(-1))).toSorted()).toEqual(fields)
      expect(new Set(errors!.map(({ extensions }) => extensions.code))).toEqual(new Set([code]))
    }
  })

  it('loads payouts and entries as nodes for the vendor and operators', async () => {
    const entry = (await own()).earningsEntries!.nodes[0]!.id
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
