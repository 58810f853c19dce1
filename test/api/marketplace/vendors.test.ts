import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PROFILE = `mutation ($accountId: ID, $input: VendorProfileChangesInput!, $key: String!) { updateVendorProfile(accountId: $accountId, input: $input, key: $key) { vendor { id name verified description website } denial { code issues { path } } } }`

const VENDORS = `query ($search: String, $verified: Boolean, $payable: Boolean, $first: Int, $after: String) {
  vendors(filter: { search: $search, verified: $verified, payable: $payable }, first: $first, after: $after) {
    totalCount nodes { name } pageInfo { hasNextPage endCursor } } }`

describe('vendor and vendors', () => {
  let server: TestServer
  let admin: string
  let vera: string
  let vendorId: string
  beforeAll(async () => {
    server = await startTestServer({ env: { VENDOR_PAYOUTS: 'stripe' } })
    admin = await server.token('admin@example.com', { roles: ['admin'] })
    vera = await server.token('vera@example.com', { roles: ['vendor'] })
    const created = await callAs(server, vera, PROFILE, { input: {}, key: 'first' })
    vendorId = ((created as { value: unknown }).value as { id: string }).id
  })
  afterAll(() => server.close())

  const VENDOR = `query ($id: ID!) { vendor(by: { id: $id }) { id name verified } }`

  it('returns a vendor by ID or name to everyone', async () => {
    const value = { id: vendorId, name: 'vera', verified: false }
    for (const token of [vera, admin, null])
      expect(await callAs(server, token, VENDOR, { id: vendorId })).toEqual({ kind: 'data', value })
    const byName = `query { vendor(by: { name: "vera" }) { id name verified } }`
    expect(await callAs(server, null, byName)).toEqual({ kind: 'data', value })
  })

  it('lists vendors to operators, filtered and page by page', async () => {
    const list = async (variables: Record<string, unknown>) =>
      (
        (await callAs(server, admin, VENDORS, variables)) as {
          value: { totalCount: number; nodes: { name: string }[] }
        }
      ).value
    expect(await list({ search: 'VER' })).toMatchObject({ totalCount: 1, nodes: [{ name: 'vera' }] })
    expect(await list({ search: vendorId })).toMatchObject({ totalCount: 1, nodes: [{ name: 'vera' }] })
    expect(await list({ search: 'vera', verified: true })).toMatchObject({ totalCount: 0, nodes: [] })
    expect(await list({ payable: true })).toMatchObject({ totalCount: 0, nodes: [] })
    const all = await list({ first: 100 })
    expect(all.totalCount).toBe(all.nodes.length)
    const names: string[] = []
    let after: string | null = null
    do {
      const page = (await list({ first: 1, after })) as unknown as {
        nodes: { name: string }[]
        pageInfo: { hasNextPage: boolean; endCursor: string }
      }
      names.push(...page.nodes.map(({ name }) => name))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after)
    expect(names).toEqual(all.nodes.map(({ name }) => name))
    expect(await callAs(server, vera, VENDORS)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await callAs(server, null, VENDORS)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('is null for an unknown ID', async () => {
    for (const token of [vera, admin, null])
      expect(await callAs(server, token, VENDOR, { id: 'ven_none' })).toEqual({ kind: 'data', value: null })
  })
})
