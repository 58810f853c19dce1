import { expectInvariants } from '#test/support/invariants.js'
import { seatTeam, seatsOf, type SeatAnswer } from '#test/support/seats.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('moveSeat', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  it('moves a seat once, whatever runs concurrently [BN20]', async () => {
    const { owner, accountId, members } = await seatTeam(server, 'acme', { seats: 1, members: 4, assigned: 1 })
    const [holder, ...others] = members.map(({ userId }) => userId)
    const move = async (fromUserId: string, toUserId: string) =>
      (
        await server.graphql<{ moveSeat: SeatAnswer }>(
          `mutation ($input: MoveSeatInput!) { moveSeat(input: $input) { __typename
            ... on Account { seats { assigned } } ... on Denial { code } ... on Refused { field } } }`,
          { input: { accountId, feature: 'developer_seats', fromUserId, toUserId } },
          owner.token,
        )
      ).data.moveSeat
    const outcomes = await Promise.all(others.map((userId) => move(holder!, userId)))
    expect(outcomes.filter(({ code }) => code === undefined)).toHaveLength(1)
    const { assigned, holders } = await seatsOf(server, owner, accountId)
    expect([assigned, holders.length]).toEqual([1, 1])
    const [{ userId }] = holders as [{ userId: string }]
    expect(others).toContain(userId)
    // A repeated move has no effect.
    expect(await move(holder!, userId)).toMatchObject({ seats: [{ assigned: 1 }] })
    expect(await move(userId, userId)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await move(userId, 'usr_unknown')).toMatchObject({ code: 'INVALID_PARAMETERS', field: 'toUserId' })
    expect(
      await move(
        holder!,
        others.find((one) => one !== userId)!,
      ),
    ).toMatchObject({ code: 'INVALID_TRANSITION' })
    await expectInvariants(server)
  })
})
