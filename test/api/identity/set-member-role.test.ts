import { Viewer } from '@stackgate/client/documents'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { change, type Person } from '#test/support/members.js'

describe('setMemberRole in a community', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'communities' }, start: '2026-01-15T10:00:00Z' })
  })
  afterAll(() => server.close())

  it('takes a community role from its token and keeps the last admin', async () => {
    const admin = await server.token('tina@example.com', { communityId: '7', communityRole: 'admin' })
    const { data } = await server.graphql(Viewer, {}, admin)
    const tina: Person = {
      email: 'tina@example.com',
      token: admin,
      userId: data.viewer!.user.id,
      accountId: data.viewer!.account.id,
    }
    const member = await server.token('uwe@example.com', { communityId: '7', communityRole: 'member' })
    const { data: his } = await server.graphql(Viewer, {}, member)
    const uwe = his.viewer!.user.id
    expect(await change(server, tina, `setMemberRole(userId: "${uwe}", role: ADMIN)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await change(server, tina, `transferOwnership(userId: "${uwe}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await change(server, tina, `leaveAccount`)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await change(server, tina, `removeMember(userId: "${uwe}")`)).toMatchObject({
      __typename: 'DeletePayload',
    })
  })
})
