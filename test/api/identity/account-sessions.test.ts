import { AccountSessions, CreateAccountSession, LinkAccount } from '@stackgate/client/documents'
import { person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('accountSessions', () => {
  let server: TestServer
  let key: string
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    key = await server.serviceKey(['entitlements:read', 'accounts:write'])
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const create = async (account: string, by = key, ttlSeconds = 600) => {
    const permissions = ['ACCOUNT_READ', 'ENTITLEMENTS_READ'] as const
    const { data } = await server.graphql(CreateAccountSession, { account, permissions, ttlSeconds }, by)
    const made = data.createAccountSession as { secret: string; apiKey: { id: string } }
    return { token: made.secret, id: made.apiKey.id }
  }
  const list = async (account: string, by: string, page: { first?: number; after?: string } = {}) => {
    const { data, errors } = await server.graphql(AccountSessions, { account, ...page }, by)
    const sessions = data.account?.accountSessions
    if (!sessions) throw new Error(errors?.[0]?.extensions?.['code'] ?? 'not visible')
    return sessions
  }
  const idsOf = async (account: string, by: string) => (await list(account, by)).nodes.map(({ id }) => id)

  it('shows operators permissions, end and key, latest first, page by page', async () => {
    const [first, second] = [await create('customer:1'), await create('customer:1')]
    const page = await list('customer:1', operator, { first: 1 })
    expect(page).toMatchObject({
      nodes: [
        {
          id: second.id,
          permissions: ['ACCOUNT_READ', 'ENTITLEMENTS_READ'],
          createdByKey: { id: `key_${key.split('_')[2]}` },
        },
      ],
      pageInfo: { hasNextPage: true },
    })
    const end = Date.parse(page.nodes[0]!.expiresAt!) - Date.now()
    expect([end > 500_000, end <= 600_000]).toEqual([true, true])
    const rest = await list('customer:1', operator, { first: 1, after: page.pageInfo.endCursor! })
    expect([rest.nodes.map(({ id }) => id), rest.pageInfo.hasNextPage]).toEqual([[first.id], false])
  })

  it('shows a key its own, and owners all of their account', async () => {
    const other = await server.serviceKey(['entitlements:read', 'accounts:write'])
    const [mine, foreign] = [await create('customer:2'), await create('customer:2', other)]
    expect([await idsOf('customer:2', key), await idsOf('customer:2', other)]).toEqual([[mine.id], [foreign.id]])
    const ann = await person(server, 'ann@example.com')
    await expect(list('customer:2', ann.token)).rejects.toThrow('not visible')
    await server.graphql(LinkAccount, { account: 'customer:2', user: ann.userId }, key)
    expect(await idsOf('customer:2', ann.token)).toEqual([foreign.id, mine.id])
    expect((await list('customer:2', mine.token)).nodes).toEqual([])
  })

  it('leaves out those that ended', async () => {
    await create('customer:3', key, 1)
    const lasting = await create('customer:3')
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(await idsOf('customer:3', key)).toEqual([lasting.id])
  })
})
