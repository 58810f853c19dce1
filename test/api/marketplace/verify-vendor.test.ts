import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PROFILE = `mutation ($input: UpdateVendorProfileInput!) { updateVendorProfile(input: $input) { ... on Vendor { id name verified description website } ... on Refused { code field } } }`

describe('verifyVendor', () => {
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

  const VERIFY = `mutation ($id: ID!, $verified: Boolean!) { verifyVendor(input: { vendorId: $id, verified: $verified }) { ... on Vendor { id verified } } }`

  it('verifies a vendor, and takes it back', async () => {
    for (const verified of [true, false])
      expect(await callAs(server, admin, VERIFY, { id: vendorId, verified })).toEqual({
        kind: 'data',
        value: { id: vendorId, verified },
      })
    expect(
      await server.query(
        `select action from audit_entry where object = $1 and action like 'vendor.%verified' order by id`,
        [vendorId],
      ),
    ).toEqual([{ action: 'vendor.verified' }, { action: 'vendor.unverified' }])
  })

  it('requires an operator and an existing vendor', async () => {
    expect(await callAs(server, vera, VERIFY, { id: vendorId, verified: true })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await callAs(server, admin, VERIFY, { id: 'ven_none', verified: true })).toMatchObject({ code: 'NOT_FOUND' })
  })
})
