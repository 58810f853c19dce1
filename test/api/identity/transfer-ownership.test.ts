import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { change, joinAccount, person, type Person, listMembers } from '#test/support/members.js'

describe('transferOwnership', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge', APP_URL: 'https://forge.example/app/' } })
  })
  afterAll(() => server.close())

  it('lets only owners add and remove owners, keeps the last one, and transfers ownership completely', async () => {
    const mona = await person(server, 'mona@example.com')
    const nils = await joinAccount(server, mona, 'nils@example.com', 'ADMIN')
    const olga = await joinAccount(server, mona, 'olga@example.com')
    const on = (call: string) => call.replace('(', `(accountId: "${mona.accountId}", `)
    const of = (who: Person, call: string) => change(server, who, on(call))
    // A member looks on; an admin cares for members, and not for owners.
    expect(await of(olga, `removeMember(userId: "${nils.userId}")`)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await of(nils, `setMemberRole(userId: "${olga.userId}", role: OWNER)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await of(nils, `setMemberRole(userId: "${mona.userId}", role: MEMBER)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await of(nils, `transferOwnership(userId: "${nils.userId}")`)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await of(mona, `setMemberRole(userId: "${mona.userId}", role: ADMIN)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('last owner'),
    })
    expect(await of(mona, `transferOwnership(userId: "${nils.userId}")`)).toMatchObject({ role: 'OWNER' })
    expect(await listMembers(server, olga, mona.accountId)).toEqual([
      'mona@example.com ADMIN',
      'nils@example.com OWNER',
      'olga@example.com MEMBER',
    ])
    // Her next token does not take it back.
    await server.graphql(`{ viewer { user { id } } }`, {}, await server.token('mona@example.com'))
    expect(await listMembers(server, olga, mona.accountId)).toContain('mona@example.com ADMIN')
    expect(await change(server, nils, `leaveAccount(accountId: "${mona.accountId}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('transfer'),
    })
    expect(await of(nils, `removeMember(userId: "${mona.userId}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('personal account'),
    })
    expect(await change(server, olga, `leaveAccount(accountId: "${mona.accountId}")`)).toMatchObject({
      __typename: 'DeletePayload',
      deletedId: expect.stringMatching(/^mbr_/),
    })
    expect(await listMembers(server, olga, mona.accountId)).toBeNull()
    expect(await listMembers(server, nils, mona.accountId)).toEqual([
      'mona@example.com ADMIN',
      'nils@example.com OWNER',
    ])
    const published = await server.query<{ type: string }>(
      `select type from stream_event where account_id = $1 order by sequence`,
      [mona.accountId],
    )
    expect(published.map(({ type }) => type)).toEqual([
      'member.invited',
      'member.joined',
      'member.invited',
      'member.joined',
      'account.ownership_transferred',
      'member.left',
    ])
  })
})
