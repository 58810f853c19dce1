import { ROLES, type Role } from '#services/identity/model/caller.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { listPolicies, editPolicy } from '#test/support/policies.js'

describe('removePolicy', () => {
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

  it('applies a revoked permission immediately in queries, mutations and REST', async () => {
    const ops = (await listPolicies(server, tokens.root)).filter(
      ({ subject, object }) => subject === 'admin' && object === 'ops',
    )
    const seen = async () => [
      (await server.graphql(`{ invariants { name } }`, {}, tokens.admin)).errors?.[0]?.extensions.code ?? 'ok',
      (await server.graphql(`mutation { advanceClock(input: { bySeconds: 1 }) { denial { code } } }`, {}, tokens.admin))
        .errors?.[0]?.extensions.code ?? 'ok',
      (
        await server.rest('POST', '/marketplace/sync', {
          token: tokens.admin,
          body: { action: 'template_submitted', external_id: 1 },
        })
      ).status,
    ]
    expect(await seen()).toEqual(['ok', 'ok', 200])
    for (const { id } of ops) await editPolicy(server, tokens.root, 'remove', { id })
    expect(await seen()).toEqual(['FORBIDDEN', 'FORBIDDEN', 403])
    for (const rule of ops) await editPolicy(server, tokens.root, 'add', rule)
    expect(await seen()).toEqual(['ok', 'ok', 200])
  })
})
