import {
  Account,
  Check,
  Consume,
  CreateAccountSession,
  OpenBillingPortal,
  RevokeApiKey,
  StartSubscription,
} from '@stackgate/client/documents'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'

describe('createAccountSession', () => {
  let server: TestServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    key = await server.serviceKey(['entitlements:read', 'entitlements:write', 'billing:write', 'accounts:write'])
  })
  afterAll(() => server.close())

  type Permission =
    | 'ACCOUNT_READ'
    | 'ENTITLEMENTS_READ'
    | 'ENTITLEMENTS_USE'
    | 'BILLING_READ'
    | 'BILLING_MANAGE'
    | 'OPS_READ'
  const create = (account: string, permissions: Permission[], ttlSeconds?: number, token = key) =>
    server.graphql(CreateAccountSession, { account, permissions, ttlSeconds }, token)
  async function session(account: string, permissions: Permission[], ttlSeconds?: number) {
    const { data, errors } = await create(account, permissions, ttlSeconds)
    const made = data.createAccountSession as { secret: string; apiKey: { id: string; expiresAt: string } } | null
    if (!made?.secret) throw new Error(JSON.stringify(errors ?? data))
    return { token: made.secret, ...made.apiKey }
  }
  const check = async (token: string, account?: string) => {
    const { data, errors } = await server.graphql(Check, { account, feature: FEATURE }, token)
    return errors?.[0]?.extensions?.['code'] ?? data.check?.allowed ?? null
  }

  it('reads its account with any permission', async () => {
    for (const permission of ['ENTITLEMENTS_READ', 'BILLING_READ', 'BILLING_MANAGE'] as const) {
      const { token } = await session('customer:ann', [permission])
      const { data, errors } = await server.graphql<{ account: { id: string; viewerCan: string[] } }>(
        '{ account { id viewerCan } }',
        {},
        token,
      )
      expect(errors).toBeUndefined()
      expect(data.account.viewerCan).toEqual(['ACCOUNT_READ', permission])
    }
  })

  it('may do what it was made for, with its account alone', async () => {
    const { token } = await session('customer:ann', ['ENTITLEMENTS_READ'])
    expect(token).toMatch(/^session_sandbox_/)
    expect(await check(token)).toBe(true)
    expect(await check(token, 'customer:ann')).toBe(true)
    await check(key, 'customer:bob')
    expect(await check(token, 'customer:bob')).toBeNull()
    expect(await check(token, 'customer:nobody')).toBeNull()
    const used = await server.graphql(
      Consume,
      { input: { accountId: 'customer:ann', feature: FEATURE, amount: 1 }, key: 'u' },
      token,
    )
    expect(used.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    const paid = await server.graphql(
      StartSubscription,
      { input: { plan: 'professional', provider: 'STRIPE', userEmail: 'ann@example.com' }, key: 'b' },
      token,
    )
    expect(paid.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    const nested = await create('customer:ann', ['ENTITLEMENTS_READ'], 60, token)
    expect(nested.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
  })

  it('ends after a quarter of an hour unless another time is named', async () => {
    for (const seconds of [undefined, null]) {
      const { expiresAt } = await session('customer:ann', ['ENTITLEMENTS_READ'], seconds as undefined)
      expect(Date.parse(expiresAt) - Date.now()).toBeLessThan(901_000)
    }
  })

  it('buys with its permission', async () => {
    const { token } = await session('customer:carl', ['ACCOUNT_READ', 'BILLING_READ', 'BILLING_MANAGE'])
    const input = { plan: 'professional', provider: 'STRIPE' as const, userEmail: 'carl@example.com' }
    const paid = await server.graphql(StartSubscription, { input, key: 'b' }, token)
    expect(paid.data.startSubscription).toMatchObject({ __typename: 'Checkout' })
    const { data } = await server.graphql(Account, {}, token)
    expect(data.account!.viewerCan.toSorted()).toEqual(['ACCOUNT_READ', 'BILLING_MANAGE', 'BILLING_READ'])
    const portal = await server.graphql(OpenBillingPortal, {}, token)
    expect(portal.errors?.[0]?.extensions?.['code']).not.toBe('FORBIDDEN')
  })

  it.each([
    ['a permission that no member has', ['ENTITLEMENTS_USE'], 60, 'INVALID_PARAMETERS'],
    ['a permission on the installation', ['OPS_READ'], 60, 'INVALID_PARAMETERS'],
    ['no permission', [], 60, 'INVALID_PARAMETERS'],
    ['more than an hour', ['ENTITLEMENTS_READ'], 3_601, 'INVALID_PARAMETERS'],
    ['no time', ['ENTITLEMENTS_READ'], 0, 'INVALID_PARAMETERS'],
  ] as const)('denies %s', async (_, permissions, seconds, code) => {
    const { data } = await create('customer:ann', [...permissions], seconds)
    expect(data.createAccountSession).toMatchObject({ code })
  })

  it('gives no more than its key has, and is not created by users', async () => {
    const reader = await server.serviceKey(['entitlements:read', 'accounts:write'])
    const beyond = await create('customer:ann', ['BILLING_MANAGE'], 60, reader)
    expect(beyond.errors?.[0]).toMatchObject({
      message: 'Permission billing:manage is required on this account. Add the scope billing:write to the key.',
    })
    const root = await server.token('root@example.com', { roles: ['root'] })
    const byUser = await create('customer:ann', ['ENTITLEMENTS_READ'], 60, root)
    expect(byUser.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
  })

  it('ends at its time, and when it or its key is revoked', async () => {
    const brief = await session('customer:ann', ['ENTITLEMENTS_READ'], 1)
    await eventually(
      () => check(brief.token),
      (code) => code === 'TOKEN_EXPIRED',
    )
    const revoke = (id: string, by: string) => server.graphql(RevokeApiKey, { id }, by)
    const one = await session('customer:ann', ['ENTITLEMENTS_READ'])
    expect(await check(one.token)).toBe(true)
    expect((await revoke(one.id, key)).data.revokeApiKey).toMatchObject({ id: one.id })
    await eventually(
      () => check(one.token),
      (code) => code === 'INVALID_TOKEN',
      5_000,
    )
    const two = await session('customer:ann', ['ENTITLEMENTS_READ'])
    expect(await check(two.token)).toBe(true)
    const root = await server.token('root@example.com', { roles: ['root'] })
    await revoke(`key_${key.split('_')[2]}`, root)
    await eventually(
      () => check(two.token),
      (code) => code === 'INVALID_TOKEN',
      5_000,
    )
  })
})
