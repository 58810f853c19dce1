import { requirementsOf, simplestSelection } from '#test/support/requirements.js'
import { newDeployment } from '#test/support/deployments.js'
import { accountIdOf } from '#test/support/accounts.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const OF_ACCOUNT = requirementsOf('Account')
const OF_QUERY = requirementsOf('Query')

/** A key that has one permission on accounts, or all but one. */
const SCOPES = ['entitlements:read', 'billing:read', 'commands:write', 'ops:read', 'ops:write'] as const

describe('Permissions that fields require', () => {
  let server: TestServer
  let accountId: string
  const keys = new Map<string, string>()
  beforeAll(async () => {
    server = await startTestServer()
    const { owner } = await newDeployment(server, 'ann@example.com')
    accountId = await accountIdOf(server, owner)
    for (const scope of SCOPES) keys.set(scope, await server.serviceKey([scope]))
    keys.set('owner', owner)
  })
  afterAll(() => server.close())

  const permissionsOf = async (token: string): Promise<readonly string[]> => {
    const { data } = await server.graphql<{
      installation: { viewerCan: string[] }
      account: { viewerCan: string[] }
    }>(`query ($id: ID) { installation { viewerCan } account(id: $id) { viewerCan } }`, { id: accountId }, token)
    return [...data.installation.viewerCan, ...data.account.viewerCan]
  }

  it.each([...SCOPES, 'owner'])('are enough and necessary for fields of an account: %s', async (name) => {
    const token = keys.get(name)!
    const held = await permissionsOf(token)
    for (const { field, permission } of OF_ACCOUNT) {
      const query = `query ($id: ID) { account(id: $id) { ${simplestSelection('Account', field)} } }`
      const { data, errors } = await server.graphql<{ account: Record<string, unknown> }>(
        query,
        { id: accountId },
        token,
      )
      if (held.includes(permission)) expect([field, errors]).toEqual([field, undefined])
      else {
        expect([field, data.account[field]]).toEqual([field, null])
        expect(errors).toMatchObject([{ path: ['account', field], extensions: { code: 'FORBIDDEN' } }])
      }
    }
  })

  it.each([...SCOPES, 'owner'])('are enough and necessary for queries: %s', async (name) => {
    const token = keys.get(name)!
    const held = await permissionsOf(token)
    for (const { field, permission } of OF_QUERY) {
      const { data, errors = [] } = await server.graphql<Record<string, unknown> | null>(
        `{ ${simplestSelection('Query', field)} }`,
        {},
        token,
      )
      const isForbidden = errors.some(({ extensions }) => extensions.code === 'FORBIDDEN')
      expect([field, isForbidden]).toEqual([field, !held.includes(permission)])
      if (isForbidden) expect(data?.[field] ?? null).toBeNull()
    }
  })

  it('are required by all fields whose text names them, and by no others', () => {
    expect(OF_ACCOUNT.map(({ field }) => field)).toEqual(['access', 'billing', 'deployments', 'members', 'usage'])
    expect(OF_QUERY.length).toBeGreaterThan(0)
  })
})
