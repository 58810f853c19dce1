import type { PolicyRule } from '#services/identity/model/permissions.js'
import { createPolicyEnforcer } from '#services/identity/access/policy-enforcer.js'
import { seedPolicies } from '#services/identity/access/policy-store.js'
import { ROLES, type Role } from '#services/identity/model/caller.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startReplica } from '#test/support/in-process-replica.js'
import { listPolicies, editPolicy } from '#test/support/policies.js'
import { DEFAULT_POLICIES } from '#test/support/permissions.js'

/** The rules of the source, word for word. */
const TEMPLATE_RULES: readonly PolicyRule[] = [
  ['root', '/templates', 'POST'],
  ['root', '/templates', 'GET'],
  ['root', '/templates/*', 'GET'],
  ['root', '/templates/*', 'PUT'],
  ['root', '/templates/*', 'DELETE'],
  ['admin', '/templates', 'POST'],
  ['admin', '/templates', 'GET'],
  ['admin', '/templates/*', 'GET'],
  ['admin', '/templates/*', 'PUT'],
  ['developer', '/templates', 'POST'],
  ['developer', '/templates', 'GET'],
]

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

  it('give a key no role, although a row says that a role is its scope', async () => {
    const key = await server.serviceKey(['root', 'OWNER', 'billing:read'])
    const { errors } = await server.graphql(`{ auditLog(first: 1) { nodes { id } } }`, {}, key)
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect(await server.graphql(`{ auditLog(first: 1) { nodes { id } } }`, {}, tokens.root)).not.toHaveProperty(
      'errors',
    )
  })

  it('are listed only if they are about an object of a module that is installed', async () => {
    await server.query(
      `insert into policy (id, subject, object, action) values ('pol_absent', 'admin', 'absent', 'write')`,
    )
    expect((await listPolicies(server, tokens.root)).filter(({ object }) => object === 'absent')).toEqual([])
    await server.query(`delete from policy where id = 'pol_absent'`)
  })

  it('has the eleven required policies, which apply to exactly their roles', async () => {
    const rules = (await listPolicies(server, tokens.root)).map(({ subject, object, action }) => [
      subject,
      object,
      action,
    ])
    for (const rule of TEMPLATE_RULES) expect(rules).toContainEqual([...rule])
    const access = await createPolicyEnforcer(TEMPLATE_RULES)
    const requested = ROLES.flatMap((role) =>
      ['/templates', '/templates/tpl_1', '/templates/a/b'].flatMap((path) =>
        ['GET', 'POST', 'PUT', 'DELETE']
          .filter((method) => access.allows(role, `${path}:${method}`))
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

  it('changes nothing when seeded again and does not restore removed policies', async () => {
    const { database } = server.app.context
    expect(await seedPolicies(database, DEFAULT_POLICIES)).toBe(0)
    const before = await listPolicies(server, tokens.root)
    expect(before).toHaveLength(DEFAULT_POLICIES.length)
    const [rule] = before.filter(({ subject, object }) => subject === 'vendor' && object === '/templates/*')
    await editPolicy(server, tokens.root, 'remove', { id: rule!.id })
    expect(await seedPolicies(database, DEFAULT_POLICIES)).toBe(0)
    expect(await listPolicies(server, tokens.root)).toEqual(before.filter(({ id }) => id !== rule!.id))
    const again = await editPolicy(server, tokens.root, 'add', rule as unknown as Record<string, string>)
    expect(again.data.edited).toEqual(rule)
    expect(await listPolicies(server, tokens.root)).toEqual(before)
  })

  it('reads no policy for a thousand requests; a change applies immediately in every server', async () => {
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
      const added = await editPolicy(server, tokens.root, 'add', {
        subject: 'developer',
        object: 'ops',
        action: 'read',
      })
      expect(await events(server.url)).toBe('ok')
      await eventually(
        () => events(replica.url),
        (code) => code === 'ok',
      )
      await editPolicy(server, tokens.root, 'remove', { id: added.data.edited.id })
      expect(await events(server.url)).toBe('FORBIDDEN')
      await eventually(
        () => events(replica.url),
        (code) => code === 'FORBIDDEN',
      )
    } finally {
      await replica.close()
    }
  })
})
