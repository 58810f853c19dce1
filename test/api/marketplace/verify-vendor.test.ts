import { randomUUID } from 'node:crypto'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PROFILE = `mutation ($accountId: ID, $input: VendorProfileChangesInput!, $key: String!) { updateVendorProfile(accountId: $accountId, input: $input, key: $key) { vendor { id name verified description website } denial { code issues { path } } } }`

describe('verifyVendor', () => {
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

  const VERIFY = `mutation ($id: ID!, $verified: Boolean!, $key: String!) { verifyVendor(id: $id, verified: $verified, key: $key) { vendor { id verified } denial { code } } }`
  const verify = (token: string, id: string, verified: boolean, key: string = randomUUID()) =>
    callAs(server, token, VERIFY, { id, verified, key })

  it('verifies a vendor, and takes it back', async () => {
    for (const verified of [true, false])
      expect(await verify(admin, vendorId, verified)).toEqual({
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

  it('records a repeated key once, and denies another input with it', async () => {
    const count = async () =>
      (await server.query(`select 1 from audit_entry where object = $1 and action = 'vendor.verified'`, [vendorId]))
        .length
    await verify(admin, vendorId, true, 'again')
    const before = await count()
    expect(await verify(admin, vendorId, true, 'again')).toMatchObject({ value: { verified: true } })
    expect(await count()).toBe(before)
    expect(await verify(admin, vendorId, false, 'again')).toMatchObject({ value: { code: 'IDEMPOTENCY_MISMATCH' } })
  })

  it('requires an operator and an existing vendor', async () => {
    expect(await verify(vera, vendorId, true)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await verify(admin, 'ven_none', true)).toMatchObject({ code: 'NOT_FOUND' })
  })
})
