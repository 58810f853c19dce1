import { AcceptInvitation, Invitation } from '@stackgate/client/documents'
import { change, mailedToken, person, type Person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PREVIEW = `accountName role inviterName expiresAt`

describe('invitation', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const preview = async (token: string): Promise<unknown> =>
    (await server.graphql(Invitation, { token })).data.invitation!

  it('shows the owner of a token the account, role, inviter and expiry until it is used', async () => {
    await change(server, ann, `inviteMember(email: "bob@example.com", role: ADMIN)`)
    const token = await mailedToken(server, 'bob@example.com')
    expect(await preview(token)).toMatchObject({
      accountName: 'ann@example.com',
      role: 'ADMIN',
      inviterName: 'ann@example.com',
      expiresAt: expect.any(String),
    })
    expect(await preview(`${token.slice(1)}x`)).toBeNull()
    const bob = await person(server, 'bob@example.com')
    const mine = await server.graphql<{ viewer: { invitations: { totalCount: number; nodes: { id: string }[] } } }>(
      `{ viewer { invitations { totalCount nodes { id ${PREVIEW} account { id } invitedBy { id } } } } }`,
      {},
      bob.token,
    )
    const own = { accountName: 'ann@example.com', account: null, invitedBy: null }
    expect(mine.data.viewer.invitations).toMatchObject({ totalCount: 1, nodes: [own] })
    const { id } = mine.data.viewer.invitations.nodes[0]!
    const again = async (caller: string) =>
      (
        await server.graphql(
          `{ node(id: "${id}") { ... on Invitation { accountName account { id } invitedBy { id } } } }`,
          {},
          caller,
        )
      ).data
    expect(await again(bob.token)).toEqual({ node: own })
    expect(await again(ann.token)).toEqual({
      node: { accountName: 'ann@example.com', account: { id: ann.accountId }, invitedBy: { id: ann.userId } },
    })
    expect(await again((await person(server, 'eve@example.com')).token)).toEqual({ node: null })
    const { data } = await server.graphql(AcceptInvitation, { token }, bob.token)
    expect(data.acceptInvitation).toMatchObject({
      id: expect.stringMatching(/^mbr_/),
      role: 'ADMIN',
      account: { id: ann.accountId, name: 'ann@example.com' },
    })
    expect(await preview(token)).toBeNull()
    const after = await server.graphql(`{ viewer { invitations { totalCount } } }`, {}, bob.token)
    expect(after.data).toEqual({ viewer: { invitations: { totalCount: 0 } } })
  })

  it('is hidden from a viewer with an unverified address, and the other fields are returned', async () => {
    const unverified = await server.token('carl@example.com', { emailVerified: false })
    const { data, errors } = await server.graphql(
      `{ viewer { user { email } invitations { totalCount } } }`,
      {},
      unverified,
    )
    expect(data).toEqual({ viewer: { user: { email: 'carl@example.com' }, invitations: null } })
    expect(errors).toMatchObject([{ path: ['viewer', 'invitations'], extensions: { code: 'FORBIDDEN' } }])
  })

  it('is listed by status, with account and inviter', async () => {
    const olga = await person(server, 'olga@example.com')
    const [first, second] = [
      await change(server, olga, `inviteMember(email: "one@example.com", role: MEMBER)`),
      await change(server, olga, `inviteMember(email: "two@example.com", role: MEMBER)`),
    ]
    await change(server, olga, `cancelInvitation(id: "${first.id}")`)
    const list = async (statuses: string[] | null) =>
      (
        await server.graphql<{ account: { access: { invitations: { totalCount: number; nodes: object[] } } } }>(
          `query ($statuses: [InvitationStatus!]) { account { access { invitations(statuses: $statuses) {
             totalCount nodes { id status account { id } invitedBy { id } } } } } }`,
          { statuses },
          olga.token,
        )
      ).data.account.access.invitations
    const both = { account: { id: olga.accountId }, invitedBy: { id: olga.userId } }
    const canceled = { id: first.id, status: 'CANCELED', ...both }
    const pending = { id: second.id, status: 'PENDING', ...both }
    expect(await list(null)).toEqual({ totalCount: 1, nodes: [pending] })
    expect(await list(['CANCELED'])).toEqual({ totalCount: 1, nodes: [canceled] })
    expect(await list(['PENDING', 'CANCELED', 'ACCEPTED'])).toEqual({ totalCount: 2, nodes: [canceled, pending] })
    expect(await list([])).toEqual({ totalCount: 0, nodes: [] })
  })
})
