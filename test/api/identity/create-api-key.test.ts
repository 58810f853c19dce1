import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { person, type Person } from '#test/support/members.js'
import { createKey } from '#test/support/api-keys.js'

describe('createApiKey', () => {
  let server: TestServer
  let admin: string
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer()
    admin = await server.token('root@example.com', { roles: ['admin'] })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  it.each([
    ['without a scope', { scopes: [] }, 'INVALID_PARAMETERS', ['scopes']],
    ['with a scope that is none', { scopes: ['billing:read', 'everything'] }, 'INVALID_PARAMETERS', ['scopes.1']],
    ['without a name', { scopes: ['billing:read'], name: ' ' }, 'INVALID_PARAMETERS', ['name']],
    [
      'that is over already',
      { scopes: ['billing:read'], expiresAt: '2026-01-01T00:00:00Z' },
      'INVALID_PARAMETERS',
      ['expiresAt'],
    ],
    ["with an operator's scope", { scopes: ['ops:*'] }, 'FORBIDDEN', undefined],
    ['that could give places back', { scopes: ['entitlements:write'] }, 'FORBIDDEN', undefined],
  ])('is not created by an owner %s', async (_what, input, code, paths) => {
    const refused = await createKey(server, ann.token, input)
    expect([refused.code, refused.paths]).toEqual([code, paths])
  })

  it('has no operator permissions for one account', async () => {
    expect(await createKey(server, admin, { scopes: ['ops:read'], accountId: ann.accountId })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      paths: ['scopes.0'],
    })
    expect(await createKey(server, null, { scopes: ['billing:read'] })).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('names every problem of the input at once', async () => {
    const input = { name: 'x'.repeat(201), scopes: ['one', 'billing:read', 'two'], expiresAt: '2026-01-01T00:00:00Z' }
    expect(
      await createKey(server, ann.token, { ...input, accountId: ann.accountId, allAccounts: false }),
    ).toMatchObject({ code: 'INVALID_PARAMETERS', paths: ['name', 'expiresAt', 'scopes.0', 'scopes.2'] })
  })

  it('belongs to the own account unless an operator asks for all accounts', async () => {
    const own = await createKey(server, admin, { scopes: ['billing:read'] })
    expect(own.made!.apiKey.account?.id).toMatch(/^acc_/)
    const all = await createKey(server, admin, { scopes: ['billing:read'], allAccounts: true })
    expect(all.made!.apiKey.account).toBeNull()
    const asOwner = { scopes: ['billing:read'], allAccounts: true }
    expect(await createKey(server, ann.token, asOwner)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await createKey(server, admin, { ...asOwner, accountId: ann.accountId })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      paths: ['allAccounts'],
    })
  })

  it('creates one key per attempt and returns its secret once', async () => {
    const input = { scopes: ['billing:read'], idempotencyKey: 'once' }
    const answers = await Promise.all([1, 2, 3].map(() => createKey(server, ann.token, input)))
    expect(answers.map(({ code }) => code ?? 'made').toSorted()).toEqual([
      'SECRET_ALREADY_SHOWN',
      'SECRET_ALREADY_SHOWN',
      'made',
    ])
    const { made } = answers.find((answer) => answer.made)!
    expect(answers.find(({ code }) => code)!.message).toContain(made!.apiKey.id)
    expect(await createKey(server, ann.token, { ...input, name: 'other' })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    })
  })
})
