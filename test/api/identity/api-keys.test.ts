import { startTestServer, eventually, type TestServer } from '#test/support/test-server.js'
import { startSecondServer } from '#test/support/second-server-process.js'
import { joinAccount, person, type Person } from '#test/support/members.js'

interface Made {
  readonly apiKey: { id: string; name: string; scopes: string[]; accountId: string | null; lastUsedAt: string | null }
  readonly secret: string
}

describe('Service keys [SE1]', () => {
  let server: TestServer
  let admin: string
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer()
    admin = await server.token('root@example.com', { roles: ['admin'] })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const create = async (token: string | null, input: object) => {
    const { data, errors } = await server.graphql<{ createApiKey: Made } | null>(
      `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id name scopes accountId lastUsedAt } secret } }`,
      { input: { name: 'billing page', ...input } },
      token,
    )
    return {
      made: data?.createApiKey ?? null,
      code: errors?.[0]?.extensions.code ?? null,
      error: errors?.[0]?.extensions,
    }
  }
  const revoke = (token: string | null, id: string) =>
    server.graphql<{ revokeApiKey: { revokedAt: string } } | null>(
      `mutation ($id: ID!) { revokeApiKey(id: $id) { revokedAt } }`,
      { id },
      token,
    )
  const ask = async (url: string, token: string, accountId?: string) => {
    const response = await fetch(`${url}/api/v1/entitlements/check`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ account_id: accountId, feature: 'deployments' }),
    })
    return { status: response.status, code: ((await response.json()) as { code?: string }).code }
  }

  it('belong to one account: created by its owner, shown once, limited to the account and its scopes', async () => {
    const { made } = await create(ann.token, { scopes: ['entitlements:read', 'entitlements:read'] })
    expect(made).toMatchObject({
      apiKey: { scopes: ['entitlements:read'], accountId: ann.accountId, lastUsedAt: null },
    })
    expect(made!.secret).toMatch(/^sg_sandbox_/)
    const kept = await server.query<{ row: string }>(
      `select k::text as row from service_key k union all select a::text from audit_entry a`,
    )
    expect(kept.filter(({ row }) => row.includes(made!.secret.slice(-43)))).toEqual([])
    expect(await ask(server.url, made!.secret)).toMatchObject({ status: 200 })
    const bob = await person(server, 'bob@example.com')
    expect(await ask(server.url, made!.secret, bob.accountId)).toMatchObject({ status: 404 })
    const consume = await server.rest('POST', '/api/v1/entitlements/consume', {
      token: made!.secret,
      body: { account_id: ann.accountId, feature: 'deployments', idempotency_key: 'k' },
    })
    expect([consume.status, (consume.body as { code: string }).code]).toEqual([403, 'FORBIDDEN'])
    const { data } = await server.graphql<{ apiKeys: { id: string; lastUsedAt: string | null }[] }>(
      `{ apiKeys { id lastUsedAt } }`,
      {},
      ann.token,
    )
    expect(data.apiKeys.map(({ id }) => id)).toEqual([made!.apiKey.id])
    expect((await server.graphql(`{ apiKeys { id } }`, {}, bob.token)).data).toEqual({ apiKeys: [] })
    // Her members use what she has, and hand nothing out.
    const carl = await joinAccount(server, ann, 'carl@example.com')
    expect(await create(carl.token, { scopes: ['billing:read'], accountId: ann.accountId })).toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await create(bob.token, { scopes: ['billing:read'], accountId: ann.accountId })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect((await revoke(bob.token, made!.apiKey.id)).errors![0]!.extensions.code).toBe('NOT_FOUND')
    expect((await revoke(carl.token, made!.apiKey.id)).errors![0]!.extensions.code).toBe('FORBIDDEN')
  })

  it('belong to the installation: only for operators, with the time of their last use', async () => {
    const { made } = await create(admin, { scopes: ['entitlements:write', 'ops:read'], name: ' app ' })
    const [before] = await server.query<{ at: Date }>('select now() as at')
    expect(made).toMatchObject({ apiKey: { accountId: null, name: 'app' } })
    expect(await ask(server.url, made!.secret, ann.accountId)).toMatchObject({ status: 200 })
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
    const { made: smith } = await create(admin, { scopes: ['ops:write', 'billing:read'] })
    expect(await create(smith!.secret, { scopes: ['billing:read'] })).toMatchObject({ code: null })
    expect(await create(smith!.secret, { scopes: ['entitlements:write'] })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await create(made!.secret, { scopes: ['ops:read'] })).toMatchObject({ code: 'FORBIDDEN' })
  })

  it.each([
    ['without a scope', { scopes: [] }, 'BAD_USER_INPUT', 'input.scopes'],
    ['with a scope that is none', { scopes: ['everything'] }, 'BAD_USER_INPUT', 'input.scopes'],
    ['without a name', { scopes: ['billing:read'], name: ' ' }, 'BAD_USER_INPUT', 'input.name'],
    [
      'that is over already',
      { scopes: ['billing:read'], expiresAt: '2026-01-01T00:00:00Z' },
      'BAD_USER_INPUT',
      'input.expiresAt',
    ],
    ["with an operator's scope", { scopes: ['ops:*'] }, 'FORBIDDEN', undefined],
    ['that could give places back', { scopes: ['entitlements:write'] }, 'FORBIDDEN', undefined],
  ])('is not created by an owner %s', async (_what, input, code, field) => {
    const refused = await create(ann.token, input)
    expect([refused.code, refused.error!['field']]).toEqual([code, field])
  })

  it('has no operator permissions for one account', async () => {
    expect(await create(admin, { scopes: ['ops:read'], accountId: ann.accountId })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
    expect(await create(null, { scopes: ['billing:read'] })).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('creates one key per attempt and returns its secret once', async () => {
    const input = { scopes: ['billing:read'], idempotencyKey: 'once' }
    const answers = await Promise.all([1, 2, 3].map(() => create(ann.token, input)))
    expect(answers.map(({ code }) => code ?? 'made').toSorted()).toEqual([
      'SECRET_ALREADY_SHOWN',
      'SECRET_ALREADY_SHOWN',
      'made',
    ])
    const { made } = answers.find((answer) => answer.made)!
    expect(answers.find(({ code }) => code)!.error!['apiKeyId']).toBe(made!.apiKey.id)
    expect(await create(ann.token, { ...input, name: 'other' })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
  })

  it("rejects a revoked key immediately, also in a second server's cache, and an expired one", async () => {
    const second = await startSecondServer(server, {})
    try {
      const { made } = await create(ann.token, { scopes: ['entitlements:read'] })
      for (const url of [server.url, second.url]) expect(await ask(url, made!.secret)).toMatchObject({ status: 200 })
      const { data } = await revoke(ann.token, made!.apiKey.id)
      expect(await ask(server.url, made!.secret)).toEqual({ status: 401, code: 'INVALID_TOKEN' })
      await eventually(
        () => ask(second.url, made!.secret),
        ({ status }) => status === 401,
        2000,
      )
      expect((await revoke(ann.token, made!.apiKey.id)).data).toEqual(data)

      const expiresAt = new Date(Date.now() + 1500)
      const { made: short } = await create(ann.token, {
        scopes: ['entitlements:read'],
        expiresAt: expiresAt.toISOString(),
      })
      const first = await ask(server.url, short!.secret)
      if (new Date() < expiresAt) expect(first).toMatchObject({ status: 200 })
      await eventually(
        () => ask(server.url, short!.secret),
        ({ code }) => code === 'TOKEN_EXPIRED',
      )
    } finally {
      await second.kill()
    }
  })
})
