import { randomUUID } from 'node:crypto'
import { scopeProblems } from '#services/identity/keys/key-scopes.js'
import { checkWithKey, createKey, revokeKey } from '#test/support/api-keys.js'
import { joinAccount, person, type Person } from '#test/support/members.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { allDeclared } from '#modules/all-declarations.js'
import { ALL_SCOPES } from '#test/support/permissions.js'

interface Rotated {
  readonly apiKey?: { id: string; prefix: string; previousSecretUntil: string | null }
  readonly secret?: string
  readonly code?: string
  readonly field?: string
}

/** Scopes that an operator alone gives, also to a key of one account. */
const SCOPES_OF_OPERATORS = ALL_SCOPES.filter((scope) =>
  scopeProblems(allDeclared.scopes, [scope], { byOperator: false, forAccount: true }).some(
    ({ kind }) => kind === 'forbidden',
  ),
).filter((scope) => scopeProblems(allDeclared.scopes, [scope], { byOperator: true, forAccount: true }).length === 0)

describe('rotateApiKey', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer()
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const rotate = async (token: string, input: Record<string, unknown>): Promise<Rotated> => {
    const { data, errors } = await server.graphql<{ rotateApiKey: Rotated }>(
      `mutation ($id: ID!, $key: String!, $overlapSeconds: Int) {
        rotateApiKey(id: $id, key: $key, overlapSeconds: $overlapSeconds) {
          secret
          apiKey { id prefix previousSecretUntil }
          denial { code issues { path } }
        }
      }`,
      { key: randomUUID(), ...input },
      token,
    )
    return errors ? { code: errors[0]!.extensions.code } : data.rotateApiKey
  }
  const newKey = async () => (await createKey(server, ann.token, { scopes: ['entitlements:read'] })).made!

  it('replaces the secret and accepts the old one until the overlap ends', async () => {
    const { apiKey, secret: first } = await newKey()
    expect(await checkWithKey(server.url, first)).toMatchObject({ status: 200 })
    const { secret: second, apiKey: rotated } = await rotate(ann.token, { id: apiKey.id })
    expect(rotated).toMatchObject({ id: apiKey.id, previousSecretUntil: expect.any(String) })
    expect(second).toMatch(new RegExp(`^${rotated!.prefix}`))
    for (const secret of [first, second!]) expect(await checkWithKey(server.url, secret)).toMatchObject({ status: 200 })
    const { secret: third } = await rotate(ann.token, { id: apiKey.id, overlapSeconds: 0 })
    for (const secret of [first, second!])
      expect(await checkWithKey(server.url, secret)).toEqual({ status: 401, code: 'INVALID_TOKEN' })
    expect(await checkWithKey(server.url, third!)).toMatchObject({ status: 200 })
    const stored = await server.query<{ row: string }>(`select k::text as row from service_key k`)
    for (const secret of [first, second!, third!])
      expect(stored.filter(({ row }) => row.includes(secret.slice(-43)))).toEqual([])
  })

  it('leaves a key with a scope of operators to operators, because its secret has the scope', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const given = SCOPES_OF_OPERATORS.map(async (scope) => {
      const { made } = await createKey(server, operator, { accountId: ann.accountId, scopes: [scope] })
      const id = made!.apiKey.id
      return [scope, (await rotate(ann.token, { id })).code, (await rotate(operator, { id })).secret !== undefined]
    })
    expect(await Promise.all(given)).toEqual(SCOPES_OF_OPERATORS.map((scope) => [scope, 'FORBIDDEN', true]))
  })

  it('leaves a key with a scope of an absent module to operators, and shows only known permissions', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { apiKey } = await newKey()
    await server.query(
      `update service_key set scopes = array['absent:write'], permissions = array['account:read', 'absent:read'] where id = $1`,
      [apiKey.id],
    )
    const { data, errors } = await server.graphql(
      `query ($id: ID!) { node(id: $id) { ... on ApiKey { permissions } } }`,
      { id: apiKey.id },
      operator,
    )
    expect([errors, data]).toEqual([undefined, { node: { permissions: ['ACCOUNT_READ'] } }])
    await server.query(`update service_key set permissions = null where id = $1`, [apiKey.id])
    expect((await rotate(ann.token, { id: apiKey.id })).code).toBe('FORBIDDEN')
    expect((await rotate(operator, { id: apiKey.id })).secret).toBeDefined()
  })

  it('ends a cached old secret with the overlap', async () => {
    const { apiKey, secret } = await newKey()
    await rotate(ann.token, { id: apiKey.id, overlapSeconds: 2 })
    await eventually(
      () => checkWithKey(server.url, secret),
      ({ status }) => status === 401,
      15_000,
    )
  })

  it('rotates once per attempt and returns the secret once', async () => {
    const { apiKey } = await newKey()
    const attempt = { id: apiKey.id, key: 'once' }
    const { secret } = await rotate(ann.token, attempt)
    expect(await rotate(ann.token, attempt)).toEqual({
      code: 'SECRET_ALREADY_SHOWN',
      issues: [{ path: ['key'] }],
    })
    expect(await checkWithKey(server.url, secret!)).toMatchObject({ status: 200 })
  })

  it('is denied for a revoked key, a wrong overlap, and without permission', async () => {
    const { apiKey } = await newKey()
    const named = { id: apiKey.id }
    expect(await rotate(ann.token, { ...named, overlapSeconds: -1 })).toMatchObject({
      issues: [{ path: ['overlapSeconds'] }],
    })
    const carl = await joinAccount(server, ann, 'carl@example.com')
    expect(await rotate(carl.token, named)).toEqual({ code: 'FORBIDDEN' })
    expect(await rotate((await person(server, 'bob@example.com')).token, named)).toEqual({ code: 'NOT_FOUND' })
    await revokeKey(server, ann.token, apiKey.id)
    expect(await rotate(ann.token, named)).toEqual({ code: 'INVALID_TRANSITION', issues: [{ path: ['id'] }] })
  })
})
