import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { change, joinAccount, mailedToken, person, listMembers, countedMembers } from '#test/support/members.js'

describe('acceptInvitation', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge', APP_URL: 'https://forge.example/app/' } })
  })
  afterAll(() => server.close())

  it('denies a fourth member of three, on invitation and acceptance, and reuses a freed member slot', async () => {
    const dora = await person(server, 'dora@example.com')
    const emma = await joinAccount(server, dora, 'emma@example.com')
    for (const email of ['finn@example.com', 'gina@example.com'])
      expect(await change(server, dora, `inviteMember(email: "${email}", role: MEMBER)`)).toMatchObject({
        __typename: 'Invitation',
      })
    const guests = await Promise.all(['finn@example.com', 'gina@example.com'].map((email) => person(server, email)))
    const tokens = await Promise.all(guests.map(({ email }) => mailedToken(server, email)))
    const answers = await Promise.all(
      guests.map((guest, n) => change(server, guest, `acceptInvitation(token: "${tokens[n]}")`)),
    )
    expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual(['Denial', 'Member'])
    expect(answers.find(({ __typename }) => __typename === 'Denial')).toMatchObject({
      code: 'LIMIT_REACHED',
      quantity: { used: { units: 3 }, limit: { units: 3 } },

      remedies: expect.arrayContaining([{ mutation: 'startSubscription' }]),
    })
    expect(await change(server, dora, `inviteMember(email: "hugo@example.com", role: MEMBER)`)).toMatchObject({
      code: 'LIMIT_REACHED',
    })
    // Denied calls consumed nothing, and the invitation stays open.
    const late = answers.findIndex(({ __typename }) => __typename === 'Denial')
    expect(await change(server, dora, `removeMember(userId: "${emma.userId}")`)).toMatchObject({
      __typename: 'DeletePayload',
    })
    expect(await change(server, guests[late]!, `acceptInvitation(token: "${tokens[late]}")`)).toMatchObject({
      __typename: 'Member',
    })
    expect(await countedMembers(server, dora.accountId)).toEqual(
      [dora.userId, ...guests.map(({ userId }) => userId)].toSorted(),
    )
    expect(await listMembers(server, emma, dora.accountId)).toBeNull()
  })
})
