import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { person, type Person } from '#test/support/members.js'
import { createKey } from '#test/support/api-keys.js'

describe('createApiKey [SE1]', () => {
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
    const refused = await createKey(server, ann.token, input)
    expect([refused.code, refused.error!['field']]).toEqual([code, field])
  })

  it('has no operator permissions for one account', async () => {
    expect(await createKey(server, admin, { scopes: ['ops:read'], accountId: ann.accountId })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
    expect(await createKey(server, null, { scopes: ['billing:read'] })).toMatchObject({ code: 'UNAUTHENTICATED' })
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
    expect(answers.find(({ code }) => code)!.error!['apiKeyId']).toBe(made!.apiKey.id)
    expect(await createKey(server, ann.token, { ...input, name: 'other' })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    })
  })
})
