import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PROFILE = `mutation ($input: UpdateVendorProfileInput!) { updateVendorProfile(input: $input) { ... on Vendor { id name verified description website } ... on Refused { code field } } }`

describe('vendor', () => {
  let server: TestServer
  let admin: string
  let vera: string
  let vendorId: string
  beforeAll(async () => {
    server = await startTestServer({ env: { VENDOR_PAYOUTS: 'stripe' } })
    admin = await server.token('admin@example.com', { roles: ['admin'] })
    vera = await server.token('vera@example.com', { roles: ['vendor'] })
    const created = await callAs(server, vera, PROFILE, { input: { changes: {} } })
    vendorId = ((created as { value: unknown }).value as { id: string }).id
  })
  afterAll(() => server.close())

  const VENDOR = `query ($id: ID) { vendor(id: $id) { id name verified } }`

  it("returns a vendor by ID to everyone, and by default the caller's vendor", async () => {
    const value = { id: vendorId, name: 'vera', verified: false }
    for (const token of [vera, admin, null])
      expect(await callAs(server, token, VENDOR, { id: vendorId })).toEqual({ kind: 'data', value })
    expect(await callAs(server, vera, VENDOR)).toEqual({ kind: 'data', value })
  })

  it('is null for an unknown ID, and for a caller without a vendor', async () => {
    for (const [token, id] of [
      [vera, 'ven_none'],
      [admin, null],
      [null, null],
    ] as const)
      expect(await callAs(server, token, VENDOR, { id })).toEqual({ kind: 'data', value: null })
  })
})
