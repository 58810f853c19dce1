import { ROLES, type Role } from '#services/identity/caller.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { listPolicies, editPolicy } from '#test/support/policies.js'

describe('addPolicy', () => {
  let server: TestServer
  const statements: string[] = []
  const tokens = {} as Record<Role, string>
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void statements.push(text) } })
    for (const role of ROLES) {
      tokens[role] = await server.token(`${role}@example.com`, { roles: [role] })
      await server.graphql(`{ viewer { user { id } } }`, {}, tokens[role])
    }
  })
  afterAll(() => server.close())

  it('rejects invalid policies by field; only policy editors edit them, and at least one remains', async () => {
    const refused = async (over: Record<string, string>, token = tokens.root) => {
      const { errors } = await editPolicy(server, token, 'add', {
        subject: 'user',
        object: 'billing',
        action: 'read',
        ...over,
      })
      return [errors?.[0]?.extensions.code, errors?.[0]?.extensions['field']]
    }
    expect(await refused({ subject: 'emperor' })).toEqual(['BAD_USER_INPUT', 'subject'])
    expect(await refused({ object: 'a b' })).toEqual(['BAD_USER_INPUT', 'object'])
    expect(await refused({ object: '/x'.repeat(200) })).toEqual(['BAD_USER_INPUT', 'object'])
    expect(await refused({ action: 'DROP TABLE' })).toEqual(['BAD_USER_INPUT', 'action'])
    for (const role of ['developer', 'vendor', 'user'] as const)
      expect([role, await refused({}, tokens[role])]).toEqual([role, ['FORBIDDEN', undefined]])
    expect((await editPolicy(server, tokens.root, 'remove', { id: 'pol_nothing' })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    )
    const editors = (await listPolicies(server, tokens.root)).filter(
      ({ object, action }) => object === 'policies' && action === 'write',
    )
    const codes = []
    for (const { id } of editors.toSorted((left) => (left.subject === 'root' ? 1 : -1)))
      codes.push((await editPolicy(server, tokens.root, 'remove', { id })).errors?.[0]?.extensions.code ?? 'ok')
    expect(codes).toEqual(['ok', 'CONFLICT'])
    await editPolicy(server, tokens.root, 'add', { subject: 'admin', object: 'policies', action: 'write' })
    expect(
      await server.query(`select distinct action from audit_entry where action like 'policy.%' order by action`),
    ).toEqual([{ action: 'policy.add' }, { action: 'policy.remove' }])
  })
})
