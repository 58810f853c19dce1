import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { ACCOUNT_PERMISSIONS } from '#test/support/permissions.js'

interface Access {
  readonly viewerRole: string | null
  readonly viewerCan: readonly string[]
}

describe('Account.viewerRole and Account.viewerCan', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const accessOf = async (token: string, id: string | null = null): Promise<Access> => {
    const { data, errors } = await server.graphql<{ account: Access }>(
      `query ($id: ID) { account(id: $id) { viewerRole viewerCan } }`,
      { id },
      token,
    )
    expect(errors).toBeUndefined()
    return data.account
  }

  it('tell an owner that everything is allowed that is not for services and operators', async () => {
    const { viewerRole, viewerCan } = await accessOf(await server.token('olga@example.com'))
    expect(viewerRole).toBe('OWNER')
    expect(ACCOUNT_PERMISSIONS).toHaveLength(15)
    const others = ['ENTITLEMENTS_USE', 'CREDITS_WRITE']
    const all = ACCOUNT_PERMISSIONS.map((permission) => permission.toUpperCase().replace(':', '_'))
    expect(viewerCan.toSorted()).toEqual(all.filter((permission) => !others.includes(permission)).toSorted())
  })

  it('tell a member of a community only what members may do', async () => {
    await server.graphql(
      '{ viewer { account { id } } }',
      {},
      await server.token('root@example.com', { communityId: '42', communityRole: 'admin' }),
    )
    const { viewerRole, viewerCan } = await accessOf(
      await server.token('mia@example.com', { communityId: '42', communityRole: 'member' }),
    )
    expect(viewerRole).toBe('MEMBER')
    expect(viewerCan).toEqual(expect.arrayContaining(['ACCOUNT_READ', 'BILLING_READ']))
    expect(viewerCan).not.toContain('BILLING_MANAGE')
    expect(viewerCan).not.toContain('MEMBERS_MANAGE')
  })

  it('tell a service what its scopes allow, without a role', async () => {
    const key = await server.serviceKey(['billing:read'])
    const { viewerRole, viewerCan } = await accessOf(key, 'person:olga@example.com')
    expect(viewerRole).toBeNull()
    expect(viewerCan.toSorted()).toEqual(['ACCOUNT_READ', 'BILLING_READ'])
  })

  it('tell an operator what the policies allow on an account of somebody else', async () => {
    const { viewerRole, viewerCan } = await accessOf(
      await server.token('ada@example.com', { roles: ['admin'] }),
      'person:olga@example.com',
    )
    expect(viewerRole).toBeNull()
    expect(viewerCan).toContain('BILLING_READ')
  })
})
