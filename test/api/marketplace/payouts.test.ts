import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { sellTemplate } from '#test/support/vendor-earnings.js'

interface Payout {
  readonly id: string
  readonly status: string
  readonly method: string
  readonly reference: string | null
  readonly vendor: { readonly id: string }
}

interface Page {
  readonly nodes: readonly Payout[]
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean }
}

describe('payouts', () => {
  let server: TestServer
  let operator: string
  let vendorToken: string
  let vendorId: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    operator = await server.token('admin@example.com', { roles: ['admin'] })
    const sold = await sellTemplate(server, new MarketplaceClient(server, operator))
    vendorToken = sold.vendor.token!
    vendorId = sold.vendorId
    const { data } = await server.graphql<{ payOutVendor: { id: string } }>(
      `mutation ($id: ID!) { payOutVendor(input: { vendorId: $id, currency: "USD", reference: "SEPA 1", reason: "Due" }, key: "march") { vendorPayout { id } } }`,
      { id: vendorId },
      operator,
    )
    expect(data.payOutVendor.id).toBeDefined()
    // Two more of another vendor: a transfer that failed, and one whose provider has not responded.
    await server.query(`insert into vendor (id, name) values ('ven_00000000000000000000000002', 'Other')`)
    for (const [number, status] of [
      [2, 'FAILED'],
      [3, 'CREATING'],
    ] as const)
      await server.query(
        `insert into vendor_payout (id, account_id, vendor_id, method, status, amount_minor, currency, requested_by, created_at)
         select 'vpo_7' || lpad($1::text, 25, '0'), account_id, 'ven_00000000000000000000000002', 'STRIPE', $2, 100, 'USD', 'test', '2026-04-01T00:00:00Z'
         from vendor_payout where vendor_id = $3`,
        [String(number), status, vendorId],
      )
  })
  afterAll(() => server.close())

  const read = async (args: string, token: string | null = operator): Promise<Page | null> => {
    const { data } = await server.graphql<{ payouts: Page | null }>(
      `{ payouts${args && `(${args})`} { nodes { id status method reference vendor { id } } pageInfo { endCursor hasNextPage } } }`,
      {},
      token,
    )
    return data.payouts
  }
  const statuses = async (args: string) => (await read(args))!.nodes.map(({ status }) => status)

  it('lists the payouts of all vendors, latest first, page by page', async () => {
    expect(await statuses('')).toEqual(['CREATING', 'FAILED', 'PAID'])
    const first = (await read('first: 2'))!
    expect(first.pageInfo.hasNextPage).toBe(true)
    const second = (await read(`first: 2, after: "${first.pageInfo.endCursor!}"`))!
    expect(second).toMatchObject({
      nodes: [{ status: 'PAID', method: 'MANUAL', reference: 'SEPA 1', vendor: { id: vendorId } }],
      pageInfo: { hasNextPage: false },
    })
  })

  it('selects by vendor, status, method and time', async () => {
    expect(await statuses(`filter: { vendorId: "${vendorId}" }`)).toEqual(['PAID'])
    expect(await statuses('filter: { vendorId: "ven_none" }')).toEqual([])
    expect(await statuses('filter: { statuses: [CREATING, PAID] }')).toEqual(['CREATING', 'PAID'])
    expect(await statuses('filter: { methods: [PROVIDER], to: "2026-04-02T00:00:00Z" }')).toEqual([
      'CREATING',
      'FAILED',
    ])
    expect(await statuses('filter: { to: "2026-04-01T00:00:00Z" }')).toEqual(['PAID'])
    expect(await statuses('filter: { from: "2026-04-01T00:00:00Z", statuses: [FAILED] }')).toEqual(['FAILED'])
  })

  it('requires an operator', async () => {
    for (const token of [vendorToken, null]) expect(await read('', token)).toBeNull()
  })
})
