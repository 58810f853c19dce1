import { randomUUID } from 'node:crypto'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PROFILE = `mutation ($accountId: ID, $input: VendorProfileChangesInput!, $key: String!) { updateVendorProfile(accountId: $accountId, input: $input, key: $key) { vendor { id name verified description website } denial { code issues { path } } } }`

describe('setVendorPayoutAccount', () => {
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

  const SET = `mutation ($id: ID!, $account: String, $key: String!) { setVendorPayoutAccount(id: $id, payoutAccountId: $account, key: $key) { vendor { id } denial { code issues { path } } } }`
  const set = (token: string, account: string | null, id = vendorId, key: string = randomUUID()) =>
    callAs(server, token, SET, { id, account, key })
  const stored = async () =>
    (
      await server.query<{ account: string | null }>(`select payout_account_id as account from vendor where id = $1`, [
        vendorId,
      ])
    )[0]!.account
  const connected = async () => {
    const response = await fetch(`${server.sandbox.url}/v1/accounts`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox_server', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ type: 'custom', 'capabilities[transfers][requested]': 'true' }),
    })
    return ((await response.json()) as { id: string }).id
  }

  it('stores a connected account of the provider, and removes it with null', async () => {
    const account = await connected()
    expect(await set(admin, account)).toEqual({ kind: 'data', value: { id: vendorId } })
    expect(await stored()).toBe(account)
    expect(await set(admin, null)).toEqual({ kind: 'data', value: { id: vendorId } })
    expect(await stored()).toBeNull()
  })

  it('does not set an account again for a repeated key', async () => {
    const account = await connected()
    await set(admin, account, vendorId, 'again')
    await set(admin, null)
    expect(await set(admin, account, vendorId, 'again')).toEqual({ kind: 'data', value: { id: vendorId } })
    expect(await stored()).toBeNull()
  })

  it('denies an unknown payout account', async () => {
    for (const account of ['acct_nobody', 'cus_1', ''])
      expect(await set(admin, account)).toMatchObject({
        value: { code: 'INVALID_PARAMETERS', issues: [{ path: ['payoutAccountId'] }] },
      })
    expect(await stored()).toBeNull()
  })

  it('requires an operator and an existing vendor', async () => {
    expect(await set(vera, null)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await set(admin, null, 'ven_none')).toMatchObject({ code: 'NOT_FOUND' })
  })
})
