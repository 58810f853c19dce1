import { flat } from '#test/support/account-groups.js'
import { UnassignSeat } from '@stackgate/client/documents'
import { expectInvariants } from '#test/support/invariants.js'
import { seatTeam, seatsOf } from '#test/support/seats.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('unassignSeat', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  it('frees a seat, and has no effect for a user without one', async () => {
    const { owner, accountId, members } = await seatTeam(server, 'acme', { seats: 1, members: 2, assigned: 1 })
    const call = async (userId: string, as = owner.token) => {
      const { data } = await server.graphql(UnassignSeat, { accountId, feature: 'developer_seats', userId }, as)
      return data.unassignSeat && flat(data.unassignSeat)
    }
    expect(await call(members[1]!.userId)).toMatchObject({ seats: [{ assignedCount: 1 }] })
    expect(await call(members[0]!.userId, members[0]!.token)).toBeNull()
    for (let times = 0; times < 2; times++)
      expect(await call(members[0]!.userId)).toMatchObject({ seats: [{ assignedCount: 0 }] })
    expect(await seatsOf(server, owner, accountId)).toMatchObject({
      assignedCount: 0,
      remaining: 1,
      holders: { nodes: [] },
    })
    await expectInvariants(server)
  })
})
