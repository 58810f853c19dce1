import { ROLES, type Role } from '#services/identity/model/caller.js'
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

  it('adds a policy once per attempt, also after it was removed', async () => {
    const rule = { subject: 'developer', object: 'ops', action: 'read', key: 'attempt' }
    const [first, second] = [
      await editPolicy(server, tokens.root, 'add', rule),
      await editPolicy(server, tokens.root, 'add', rule),
    ]
    expect(second.data).toEqual(first.data)
    await editPolicy(server, tokens.root, 'remove', { id: first.data.edited.id })
    expect((await editPolicy(server, tokens.root, 'add', rule)).data).toEqual(first.data)
    expect((await listPolicies(server, tokens.root)).map(({ id }) => id)).not.toContain(first.data.edited.id)
    const other = await editPolicy(server, tokens.root, 'add', { ...rule, action: 'write' })
    expect(other.data.edited.code).toBe('IDEMPOTENCY_MISMATCH')
  })

  it('rejects invalid policies by field; only policy editors edit them, and at least one remains', async () => {
    const refused = async (over: Record<string, string>, token = tokens.root) => {
      const { data, errors } = await editPolicy(server, token, 'add', {
        subject: 'user',
        object: 'billing',
        action: 'read',
        ...over,
      })
      return [
        errors?.[0]?.extensions.code ?? data.edited.code,
        ...(errors ? [] : (data.edited.issues ?? [])).map(({ path }) => path.join('.')),
      ]
    }
    expect(await refused({ subject: 'emperor' })).toEqual(['INVALID_PARAMETERS', 'subject'])
    expect(await refused({ object: 'a b' })).toEqual(['INVALID_PARAMETERS', 'object'])
    expect(await refused({ object: '/x'.repeat(200) })).toEqual(['INVALID_PARAMETERS', 'object'])
    expect(await refused({ action: 'DROP TABLE' })).toEqual(['INVALID_PARAMETERS', 'action'])
    expect(await refused({ subject: 'emperor', object: 'a b', action: 'peel' })).toEqual([
      'INVALID_PARAMETERS',
      'subject',
      'object',
      'action',
    ])
    for (const role of ['developer', 'vendor', 'user'] as const)
      expect([role, await refused({}, tokens[role])]).toEqual([role, ['FORBIDDEN']])
    expect((await editPolicy(server, tokens.root, 'remove', { id: 'pol_nothing' })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    )
    const editors = (await listPolicies(server, tokens.root)).filter(
      ({ object, action }) => object === 'policies' && action === 'write',
    )
    const codes = []
    for (const { id } of editors.toSorted((left) => (left.subject === 'root' ? 1 : -1)))
      codes.push((await editPolicy(server, tokens.root, 'remove', { id })).data.edited.code ?? 'ok')
    expect(codes).toEqual(['ok', 'INVALID_TRANSITION'])
    await editPolicy(server, tokens.root, 'add', { subject: 'admin', object: 'policies', action: 'write' })
    expect(
      await server.query(`select distinct action from audit_entry where action like 'policy.%' order by action`),
    ).toEqual([{ action: 'policy.add' }, { action: 'policy.remove' }])
  })
})
