import { requestDeployment } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { readViewer, readAccount } from '#test/support/accounts.js'

describe('Users and communities are created with their first token', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())
  const count = async (table: string, where: string, value: string) =>
    (await server.query<{ n: number }>(`select count(*)::int as n from ${table} where ${where} = $1`, [value]))[0]!.n

  it('creates one user, one account and one membership for twenty concurrent requests with different tokens', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, index) => server.token('new@example.com', { expiresInSeconds: 3600 + index })),
    )
    expect(new Set(tokens).size).toBe(20)
    const viewers = await Promise.all(tokens.map((token) => readViewer(server, token)))
    expect(new Set(viewers.map((seen) => `${seen!.user.id} ${seen!.account.id}`)).size).toBe(1)
    expect(viewers[0]).toMatchObject({
      user: { email: 'new@example.com' },
      account: { kind: 'PERSON', externalId: 'new@example.com' },
    })
    expect(viewers[0]!.accounts.nodes).toEqual([viewers[0]!.account])
    expect(await count('app_user', 'subject', 'new@example.com')).toBe(1)
    expect(await count('account', 'external_id', 'new@example.com')).toBe(1)
    expect(await count('member', 'user_id', viewers[0]!.user.id)).toBe(1)
  })

  it('creates a community once for twenty requests of ten admins, and none for a member', async () => {
    const early = await server.token('early@example.com', { communityId: '42', communityRole: 'member' })
    expect((await readViewer(server, early))!.account).toMatchObject({
      kind: 'PERSON',
      externalId: 'early@example.com',
    })
    expect(await readAccount(server, early, 'community:42')).toBeNull()
    expect(await count('account', 'external_id', '42')).toBe(0)

    const admins = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        server.token(`admin${index % 10}@example.com`, {
          communityId: '42',
          communityRole: 'admin',
          expiresInSeconds: 3600 + index,
        }),
      ),
    )
    const seen = await Promise.all(admins.map((token) => readAccount(server, token)))
    expect(new Set(seen.map((found) => found?.id)).size).toBe(1)
    expect(seen[0]).toMatchObject({ kind: 'COMMUNITY', externalId: '42' })
    expect(await count('account', 'external_id', '42')).toBe(1)
    expect(await count('member', 'account_id', seen[0]!.id)).toBe(10)
  })

  it('hides other communities from a member of one', async () => {
    await readAccount(server, await server.token('other@example.com', { communityId: '43', communityRole: 'admin' }))
    const member = await server.token('member@example.com', { communityId: '42', communityRole: 'member' })
    expect(await readAccount(server, member, 'community:42')).toMatchObject({ externalId: '42' })
    expect(await readAccount(server, member, 'community:43')).toBeNull()
  })

  it("takes the role in a community from the token; an account's owner stays its owner", async () => {
    const role = async (email: string, kind: string) =>
      (
        await server.query<{ role: string }>(
          `select m.role from member m join app_user u on u.id = m.user_id join account a on a.id = m.account_id
           where u.subject = $1 and a.kind = $2`,
          [email, kind],
        )
      )[0]!.role
    await readAccount(server, await server.token('riser@example.com', { communityId: '42', communityRole: 'member' }))
    expect(await role('riser@example.com', 'COMMUNITY')).toBe('MEMBER')
    await readAccount(server, await server.token('riser@example.com', { communityId: '42', communityRole: 'admin' }))
    expect(await role('riser@example.com', 'COMMUNITY')).toBe('ADMIN')
    expect(await role('riser@example.com', 'PERSON')).toBe('OWNER')
  })

  it('finds an account by ID and by reference for callers with access', async () => {
    const owner = await server.token('ann@example.com')
    const own = (await readAccount(server, owner))!
    expect(await readAccount(server, owner, own.id)).toEqual(own)
    expect(await readAccount(server, owner, 'person:ann@example.com')).toEqual(own)
    for (const reference of [
      'person:nobody@example.com',
      'team:ann@example.com',
      'community:ann@example.com',
      'robot:ann@example.com',
      'person:',
      ':',
      'acc_00000000000000000000000000',
      "person:x' or '1'='1",
    ])
      expect(await readAccount(server, owner, reference)).toBeNull()
    expect(await readAccount(server, await server.token('bob@example.com'), 'person:ann@example.com')).toBeNull()
    // A person without a name has the address as name, which a key for all accounts reads with a scope for personal data.
    expect(await readAccount(server, await server.serviceKey(['entitlements:read']), 'person:ann@example.com')).toEqual(
      {
        ...own,
        name: '…',
      },
    )
    expect(await readAccount(server, await server.serviceKey(['entitlements:read'], own.id))).toEqual(own)
    expect(await readAccount(server, await server.serviceKey(['entitlements:read']))).toBeNull()
  })

  it('accepts an account reference in mutations for callers with access', async () => {
    const admin = await server.token('boss@example.com', { communityId: '44', communityRole: 'admin' })
    await readAccount(server, admin)
    const started = await requestDeployment(server, admin, { account: 'community:44' })
    expect(started.__typename).toBe('DeploymentPayload')
    const [row] = await server.query(
      `select a.external_id as owner from deployment d join account a on a.id = d.account_id where d.id = $1`,
      [started.deployment.id],
    )
    expect(row).toEqual({ owner: '44' })
    const own = await requestDeployment(server, admin, { account: 'person:boss@example.com' })
    expect(own.__typename).toBe('DeploymentPayload')
    await expect(requestDeployment(server, admin, { account: 'community:42' })).rejects.toThrow('NOT_FOUND')
  })
})
