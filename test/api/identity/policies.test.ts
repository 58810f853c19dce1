import { DEFAULT_POLICIES, TEMPLATE_RULES } from '#services/identity/access/default-policies.js'
import { createPolicyEnforcer } from '#services/identity/access/policy-enforcer.js'
import { seedPolicies } from '#services/identity/access/policy-store.js'
import { ROLES, type Role } from '#services/identity/caller.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startReplica } from '#test/support/in-process-replica.js'

interface VisiblePolicy {
  id: string
  subject: string
  object: string
  action: string
}

describe('Role policies in the database', () => {
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

  const list = async (token = tokens.root) =>
    (await server.graphql<{ policies: VisiblePolicy[] }>(`{ policies { id subject object action } }`, {}, token)).data
      .policies
  const edit = (name: 'add' | 'remove', variables: Record<string, string>, token = tokens.root) =>
    server.graphql<{ addPolicy: VisiblePolicy; removePolicy: VisiblePolicy }>(
      name === 'add'
        ? `mutation ($subject: String!, $object: String!, $action: String!) { addPolicy(subject: $subject, object: $object, action: $action) { id subject object action } }`
        : `mutation ($id: ID!) { removePolicy(id: $id) { id } }`,
      variables,
      token,
    )

  it('has the eleven required policies, which apply to exactly their roles [AC1]', async () => {
    const rules = (await list()).map(({ subject, object, action }) => [subject, object, action])
    expect(TEMPLATE_RULES).toHaveLength(11)
    for (const rule of TEMPLATE_RULES) expect(rules).toContainEqual([...rule])
    const access = await createPolicyEnforcer(TEMPLATE_RULES)
    const requested = ROLES.flatMap((role) =>
      ['/templates', '/templates/tpl_1', '/templates/a/b'].flatMap((path) =>
        ['GET', 'POST', 'PUT', 'DELETE']
          .filter((method) => access.allows(role, path, method))
          .map((method) => `${role} ${path} ${method}`),
      ),
    )
    expect(requested).toEqual([
      'root /templates GET',
      'root /templates POST',
      'root /templates/tpl_1 GET',
      'root /templates/tpl_1 PUT',
      'root /templates/tpl_1 DELETE',
      'admin /templates GET',
      'admin /templates POST',
      'admin /templates/tpl_1 GET',
      'admin /templates/tpl_1 PUT',
      'developer /templates GET',
      'developer /templates POST',
    ])
  })

  it('changes nothing when seeded again and does not restore removed policies [AC2]', async () => {
    const { database } = server.app.context
    expect(await seedPolicies(database)).toBe(0)
    const before = await list()
    expect(before).toHaveLength(DEFAULT_POLICIES.length)
    const [rule] = before.filter(({ subject, object }) => subject === 'vendor' && object === '/templates/*')
    await edit('remove', { id: rule!.id })
    expect(await seedPolicies(database)).toBe(0)
    expect(await list()).toEqual(before.filter(({ id }) => id !== rule!.id))
    const again = await edit('add', rule as unknown as Record<string, string>)
    expect(again.data.addPolicy).toEqual(rule)
    expect(await list()).toEqual(before)
  })

  it('reads no policy for a thousand requests; a change applies immediately in every server [AC3]', async () => {
    const replica = await startReplica(server)
    try {
      statements.length = 0
      for (let round = 0; round < 20; round++)
        await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            server.graphql(`{ webhookEvents(first: 1) { nodes { id } } }`, {}, index % 2 ? tokens.admin : tokens.user),
          ),
        )
      expect(statements.length).toBeGreaterThan(0)
      expect(statements.filter((text) => /\bpolicy\b/.test(text))).toEqual([])

      const events = async (url: string) => {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.developer}` },
          body: JSON.stringify({ query: `{ webhookEvents(first: 1) { nodes { id } } }` }),
        })
        const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] }
        return errors?.[0]?.extensions.code ?? 'ok'
      }
      expect([await events(server.url), await events(replica.url)]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
      const added = await edit('add', { subject: 'developer', object: 'ops', action: 'read' })
      expect(await events(server.url)).toBe('ok')
      await eventually(
        () => events(replica.url),
        (code) => code === 'ok',
      )
      await edit('remove', { id: added.data.addPolicy.id })
      expect(await events(server.url)).toBe('FORBIDDEN')
      await eventually(
        () => events(replica.url),
        (code) => code === 'FORBIDDEN',
      )
    } finally {
      await replica.close()
    }
  })

  it('applies a revoked permission immediately in queries, mutations and REST', async () => {
    const ops = (await list()).filter(({ subject, object }) => subject === 'admin' && object === 'ops')
    const seen = async () => [
      (await server.graphql(`{ invariants { name } }`, {}, tokens.admin)).errors?.[0]?.extensions.code ?? 'ok',
      (await server.graphql(`mutation { advanceClock(input: { bySeconds: 1 }) { now } }`, {}, tokens.admin)).errors?.[0]
        ?.extensions.code ?? 'ok',
      (
        await server.rest('POST', '/marketplace/sync', {
          token: tokens.admin,
          body: { action: 'template_submitted', external_id: 1 },
        })
      ).status,
    ]
    expect(await seen()).toEqual(['ok', 'ok', 200])
    for (const { id } of ops) await edit('remove', { id })
    expect(await seen()).toEqual(['FORBIDDEN', 'FORBIDDEN', 403])
    for (const rule of ops) await edit('add', rule as unknown as Record<string, string>)
    expect(await seen()).toEqual(['ok', 'ok', 200])
  })

  it('rejects invalid policies by field; only policy editors edit them, and at least one remains', async () => {
    const refused = async (over: Record<string, string>, token = tokens.root) => {
      const { errors } = await edit('add', { subject: 'user', object: 'billing', action: 'read', ...over }, token)
      return [errors?.[0]?.extensions.code, errors?.[0]?.extensions['field']]
    }
    expect(await refused({ subject: 'emperor' })).toEqual(['BAD_USER_INPUT', 'subject'])
    expect(await refused({ object: 'a b' })).toEqual(['BAD_USER_INPUT', 'object'])
    expect(await refused({ object: '/x'.repeat(200) })).toEqual(['BAD_USER_INPUT', 'object'])
    expect(await refused({ action: 'DROP TABLE' })).toEqual(['BAD_USER_INPUT', 'action'])
    for (const role of ['developer', 'vendor', 'user'] as const)
      expect([role, await refused({}, tokens[role])]).toEqual([role, ['FORBIDDEN', undefined]])
    expect((await edit('remove', { id: 'pol_nothing' })).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    const editors = (await list()).filter(({ object, action }) => object === 'policies' && action === 'write')
    const codes = []
    for (const { id } of editors.toSorted((left) => (left.subject === 'root' ? 1 : -1)))
      codes.push((await edit('remove', { id })).errors?.[0]?.extensions.code ?? 'ok')
    expect(codes).toEqual(['ok', 'CONFLICT'])
    await edit('add', { subject: 'admin', object: 'policies', action: 'write' })
    expect(
      await server.query(`select distinct action from audit_entry where action like 'policy.%' order by action`),
    ).toEqual([{ action: 'policy.add' }, { action: 'policy.remove' }])
  })
})
