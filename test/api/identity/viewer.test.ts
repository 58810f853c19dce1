import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { readViewer } from '#test/support/accounts.js'

describe('viewer', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it("uses the community's account with its token, otherwise the user's own", async () => {
    const admin = await readViewer(
      server,
      await server.token('admin0@example.com', { communityId: '42', communityRole: 'admin' }),
    )
    const member = await server.token('member@example.com', { communityId: '42', communityRole: 'member' })
    const seen = await readViewer(server, member)
    expect(seen!.account).toMatchObject({ kind: 'COMMUNITY', externalId: '42' })
    expect(seen!.accounts.nodes.map(({ kind }) => kind).toSorted()).toEqual(['COMMUNITY', 'PERSON'])
    expect(seen!.account.viewerCan).toContain('ENTITLEMENTS_READ')
    expect(seen!.account.viewerCan).not.toContain('BILLING_MANAGE')
    const alone = await readViewer(server, await server.token('member@example.com'))
    expect(alone!.account).toMatchObject({ kind: 'PERSON', externalId: 'member@example.com' })
    expect(alone!.user.id).toBe(seen!.user.id)
    expect(admin!.account.viewerCan).toContain('BILLING_MANAGE')
  })

  it('is null for anonymous callers and services', async () => {
    expect(await readViewer(server, await server.serviceKey(['entitlements:read']))).toBeNull()
    const { data } = await server.graphql(`{ viewer { user { id } } }`)
    expect(data).toEqual({ viewer: null })
  })
})
