import { randomUUID } from 'node:crypto'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PROFILE = `mutation ($accountId: ID, $input: VendorProfileChangesInput!, $key: String!) { updateVendorProfile(accountId: $accountId, input: $input, key: $key) { vendor { id name verified description website } denial { code issues { path } } } }`

describe('updateVendorProfile', () => {
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

  const change = (token: string | null, input: object, key: string = randomUUID()) =>
    callAs(server, token, PROFILE, { input, key })

  it('changes the profile; a new name is verified again', async () => {
    const verify = `mutation ($id: ID!) { verifyVendor(id: $id, verified: true, key: "one") { vendor { verified } } }`
    await callAs(server, admin, verify, { id: vendorId })
    expect(await change(vera, { description: 'Stacks.', website: 'https://vera.example' })).toEqual({
      kind: 'data',
      value: { id: vendorId, name: 'vera', verified: true, description: 'Stacks.', website: 'https://vera.example' },
    })
    expect(await change(vera, { name: 'Vera Works' })).toMatchObject({ value: { name: 'Vera Works', verified: false } })
  })

  it('changes nothing for a repeated key, and denies another input with it', async () => {
    const first = await change(vera, { name: 'Once' }, 'again')
    await change(vera, { name: 'Twice' })
    expect(await change(vera, { name: 'Once' }, 'again')).toMatchObject({ value: { id: vendorId, name: 'Twice' } })
    expect(first).toMatchObject({ value: { name: 'Once' } })
    expect(await change(vera, { name: 'Other' }, 'again')).toMatchObject({ value: { code: 'IDEMPOTENCY_MISMATCH' } })
  })

  it('denies a name that is taken, and bad input by field', async () => {
    for (const [input, code, field] of [
      [{ name: 'TryDirect' }, 'INVALID_PARAMETERS', 'name'],
      [{ name: null }, 'INVALID_PARAMETERS', 'name'],
      [{ name: 'two\nlines' }, 'INVALID_PARAMETERS', 'name'],
      [{ description: 'x'.repeat(2_001) }, 'INVALID_PARAMETERS', 'description'],
      [{ website: 'javascript:alert(1)' }, 'INVALID_URL', 'website'],
    ] as const)
      expect(await change(vera, input)).toMatchObject({ value: { code, issues: [{ path: ['input', field] }] } })
  })

  it('requires a role that can publish', async () => {
    expect(await change(await server.token('user@example.com'), { name: 'X' })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await change(null, { name: 'X' })).toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
