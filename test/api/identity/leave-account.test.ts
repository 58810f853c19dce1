import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { change, joinAccount, person, listMembers } from '#test/support/members.js'

describe('leaveAccount', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge', APP_URL: 'https://forge.example/app/' } })
  })
  afterAll(() => server.close())

  it('keeps one owner if two leave concurrently', async () => {
    const paul = await person(server, 'paul@example.com')
    const rita = await joinAccount(server, paul, 'rita@example.com')
    const sara = await joinAccount(server, paul, 'sara@example.com')
    for (const { userId } of [rita, sara]) await change(server, paul, `setMemberRole(userId: "${userId}", role: OWNER)`)
    await change(server, paul, `setMemberRole(userId: "${paul.userId}", role: MEMBER)`)
    const answers = await Promise.all(
      [rita, sara].map((owner) => change(server, owner, `leaveAccount(accountId: "${paul.accountId}")`)),
    )
    expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual(['DeletePayload', 'Denial'])
    expect(
      (await listMembers(server, paul, paul.accountId))!.filter((member) => member.endsWith('OWNER')),
    ).toHaveLength(1)
  })
})
