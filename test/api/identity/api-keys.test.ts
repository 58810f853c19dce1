import { startTestServer, eventually, type TestServer } from '#test/support/test-server.js'
import { joinAccount, person, type Person } from '#test/support/members.js'
import { createKey, revokeKey, checkWithKey } from '#test/support/api-keys.js'

describe('Service keys', () => {
  let server: TestServer
  let admin: string
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer()
    admin = await server.token('root@example.com', { roles: ['admin'] })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  it('belong to one account: created by its owner, shown once, limited to the account and its scopes', async () => {
    const { made } = await createKey(server, ann.token, { scopes: ['entitlements:read', 'entitlements:read'] })
    expect(made).toMatchObject({
      apiKey: { scopes: ['entitlements:read'], account: { id: ann.accountId }, lastUsedAt: null },
    })
    expect(made!.secret).toMatch(/^sk_sandbox_/)
    const kept = await server.query<{ row: string }>(
      `select k::text as row from service_key k union all select a::text from audit_entry a`,
    )
    expect(kept.filter(({ row }) => row.includes(made!.secret.slice(-43)))).toEqual([])
    expect(await checkWithKey(server.url, made!.secret)).toMatchObject({ status: 200 })
    const bob = await person(server, 'bob@example.com')
    expect(await checkWithKey(server.url, made!.secret, bob.accountId)).toMatchObject({ status: 404 })
    const consume = await server.rest('POST', '/api/v1/entitlements/consume', {
      token: made!.secret,
      body: { account_id: ann.accountId, feature: 'deployments', idempotency_key: 'k' },
    })
    expect([consume.status, (consume.body as { code: string }).code]).toEqual([403, 'FORBIDDEN'])
    const { data } = await server.graphql<{
      account: { access: { apiKeys: { nodes: object[]; totalCount: number } } }
    }>(
      `{ account { access { apiKeys { totalCount nodes { id prefix createdBy { id } account { id } } } } } }`,
      {},
      ann.token,
    )
    const [, prefix] = /^(sk_sandbox_\w{26}_)/.exec(made!.secret)!
    const mine = { id: made!.apiKey.id, prefix, createdBy: { id: ann.userId }, account: { id: ann.accountId } }
    expect(data.account.access.apiKeys).toEqual({ totalCount: 1, nodes: [mine] })
    const none = { account: { access: { apiKeys: { nodes: [] } } } }
    expect((await server.graphql(`{ account { access { apiKeys { nodes { id } } } } }`, {}, bob.token)).data).toEqual(
      none,
    )
    // Her members use what she has, and hand nothing out.
    const carl = await joinAccount(server, ann, 'carl@example.com')
    expect(await createKey(server, carl.token, { scopes: ['billing:read'], accountId: ann.accountId })).toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await createKey(server, bob.token, { scopes: ['billing:read'], accountId: ann.accountId })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect((await revokeKey(server, bob.token, made!.apiKey.id)).errors![0]!.extensions.code).toBe('NOT_FOUND')
    expect((await revokeKey(server, carl.token, made!.apiKey.id)).errors![0]!.extensions.code).toBe('FORBIDDEN')
  })

  it('belong to the installation: only for operators, with the time of their last use', async () => {
    const { made } = await createKey(server, admin, {
      scopes: ['entitlements:write', 'ops:read'],
      name: ' app ',
      allAccounts: true,
    })
    const [before] = await server.query<{ at: Date }>('select now() as at')
    expect(made).toMatchObject({ apiKey: { account: null, name: 'app' } })
    expect(await checkWithKey(server.url, made!.secret, ann.accountId)).toMatchObject({ status: 200 })
    const used = await eventually(
      () =>
        server.query<{ at: Date | null }>(`select last_used_at as at from service_key where id = $1`, [
          made!.apiKey.id,
        ]),
      ([row]) => row!.at !== null,
      15_000,
    )
    expect(used[0]!.at!.getTime()).toBeGreaterThanOrEqual(before!.at.getTime())
    const node = `query ($id: ID!) { node(id: $id) { ... on ApiKey { name } } }`
    expect((await server.graphql(node, { id: made!.apiKey.id }, admin)).data).toEqual({ node: { name: 'app' } })
    expect((await server.graphql(node, { id: made!.apiKey.id }, ann.token)).data).toEqual({ node: null })
    // A key hands on no more than it has itself.
    const { made: smith } = await createKey(server, admin, {
      scopes: ['ops:write', 'billing:read'],
      allAccounts: true,
    })
    expect(await createKey(server, smith!.secret, { scopes: ['billing:read'], allAccounts: true })).toMatchObject({
      code: null,
    })
    expect(await createKey(server, smith!.secret, { scopes: ['entitlements:write'], allAccounts: true })).toMatchObject(
      {
        code: 'FORBIDDEN',
      },
    )
    expect(await createKey(server, made!.secret, { scopes: ['ops:read'], allAccounts: true })).toMatchObject({
      code: 'FORBIDDEN',
    })
  })
})
