import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { person, type Person } from '#test/support/members.js'
import { checkWithKey, createKey, revokeKey } from '#test/support/api-keys.js'

describe('renameApiKey', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer()
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const newKey = async () =>
    (
      await createKey(server, ann.token, {
        name: 'reader',
        scopes: ['entitlements:read'],
        idempotencyKey: crypto.randomUUID(),
      })
    ).made!
  const rename = async (id: string, name: string, key: string, token = ann.token) => {
    const { data, errors } = await server.graphql<{ renameApiKey: Record<string, unknown> } | null>(
      `mutation ($id: ID!, $key: String!, $name: String!) {
        renameApiKey(id: $id, key: $key, name: $name) { apiKey { id name scopes } denial { code message issues { path } } }
      }`,
      { id: id, name, key: key },
      token,
    )
    return errors ? errors[0]!.extensions.code : data!.renameApiKey
  }

  it('changes the name only: the secret is accepted as before', async () => {
    const { apiKey, secret } = await newKey()
    expect(await rename(apiKey.id, ' billing page ', 'a')).toEqual({
      id: apiKey.id,
      name: 'billing page',
      scopes: apiKey.scopes,
    })
    expect(await checkWithKey(server.url, secret)).toMatchObject({ status: 200 })
  })

  it('has no second effect with the same idempotency key, and records both names once', async () => {
    const { apiKey } = await newKey()
    await rename(apiKey.id, 'first', 'b')
    await rename(apiKey.id, 'second', 'c')
    expect(await rename(apiKey.id, 'first', 'b')).toMatchObject({ name: 'second' })
    const changes = await server.query(
      `select details from audit_entry where action = 'key.renamed' and object = $1 order by at`,
      [apiKey.id],
    )
    expect(changes).toEqual([
      { details: { before: { name: 'reader' }, after: { name: 'first' } } },
      { details: { before: { name: 'first' }, after: { name: 'second' } } },
    ])
  })

  it.each(['', '  ', 'two\nlines', 'x'.repeat(201)])('denies the name %j', async (name) => {
    const { apiKey } = await newKey()
    expect(await rename(apiKey.id, name, 'd')).toEqual({
      code: 'INVALID_PARAMETERS',
      message: 'name must be a single line of 1 to 200 characters.',
      issues: [{ path: ['name'] }],
    })
  })

  it('renames a revoked key, whose name is in the audit log, and no unknown one', async () => {
    const { apiKey } = await newKey()
    await revokeKey(server, ann.token, apiKey.id)
    expect(await rename(apiKey.id, 'old reader', 'e')).toMatchObject({ name: 'old reader' })
    expect(await rename('key_unknown', 'x', 'f')).toBe('NOT_FOUND')
  })

  it('renames over REST, and reads the body as strictly as GraphQL', async () => {
    const { apiKey } = await newKey()
    const body = { api_key_id: apiKey.id, name: 'over REST', idempotency_key: 'g' }
    const answer = await server.rest('POST', '/api/v1/accounts/rename-api-key', { token: ann.token, body })
    expect(answer).toMatchObject({ status: 200, body: { id: apiKey.id, name: 'over REST' } })
    const wrong = await server.rest('POST', '/api/v1/accounts/rename-api-key', {
      token: ann.token,
      body: { ...body, name: '' },
    })
    expect(wrong).toMatchObject({ status: 422, body: { code: 'INVALID_PARAMETERS', field: 'name' } })
  })
})
