import { Account, Consume, LinkAccount } from '@stackgate/client/documents'
import { person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('linkAccount', () => {
  let server: TestServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    key = await server.serviceKey(['entitlements:write', 'accounts:write'])
  })
  afterAll(() => server.close())

  const link = (account: string, user: string) => server.graphql(LinkAccount, { account, user }, key)
  const read = async (token: string) => (await server.graphql(Account, { account: 'customer:1' }, token)).data.account

  it('makes one user the owner, who finds what was used before', async () => {
    const input = { accountId: 'customer:1', feature: 'ai_stories', amount: 1 }
    await server.graphql(Consume, { input, key: 'before' }, key)
    const [ann, bob] = [await person(server, 'ann@example.com'), await person(server, 'bob@example.com')]
    for (const _ of ['first', 'repeated'])
      expect((await link('customer:1', ann.userId)).data.linkAccount).toMatchObject({ name: '1' })
    expect((await link('customer:1', bob.userId)).data.linkAccount).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await read(ann.token)).toMatchObject({ viewerRole: 'OWNER', kind: 'CUSTOMER' })
    expect(await read(bob.token)).toBeNull()
  })

  it('links accounts of customers to users that exist', async () => {
    const ann = await person(server, 'ann@example.com')
    expect((await link('customer:2', 'usr_0')).errors?.[0]?.extensions?.['code']).toBe('NOT_FOUND')
    expect((await link(ann.accountId, ann.userId)).data.linkAccount).toMatchObject({ code: 'INVALID_TRANSITION' })
  })
})
