import { flat } from '#test/support/account-groups.js'
import { expectInvariants } from '#test/support/invariants.js'
import { seatTeam, seatsOf, type SeatAnswer } from '#test/support/seats.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('assignSeat with the seat of another user', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  it('moves a seat once, whatever runs concurrently', async () => {
    const { owner, accountId, members } = await seatTeam(server, 'acme', { seats: 1, members: 4, assigned: 1 })
    const [holder, ...others] = members.map(({ userId }) => userId)
    const move = async (fromUserId: string, toUserId: string) =>
      flat(
        (
          await server.graphql<{ assignSeat: SeatAnswer }>(
            `mutation ($accountId: ID, $feature: String!, $fromUserId: ID!, $toUserId: ID!) {
              assignSeat(accountId: $accountId, feature: $feature, fromUserId: $fromUserId, userId: $toUserId) {
                account { __typename usage { seats { assignedCount } } }
                denial { __typename code issues { path } }
              }
            }`,
            { accountId, feature: 'developer_seats', fromUserId, toUserId },
            owner.token,
          )
        ).data.assignSeat,
      )
    const outcomes = await Promise.all(others.map((userId) => move(holder!, userId)))
    expect(outcomes.filter(({ code }) => code === undefined)).toHaveLength(1)
    const { assignedCount, holders } = await seatsOf(server, owner, accountId)
    expect([assignedCount, holders.nodes.length]).toEqual([1, 1])
    const [{ user }] = holders.nodes as [{ user: { id: string } }]
    const userId = user.id
    expect(others).toContain(userId)
    // A repeated move has no effect.
    expect(await move(holder!, userId)).toMatchObject({ seats: [{ assignedCount: 1 }] })
    expect(await move(userId, userId)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await move(userId, 'usr_unknown')).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['toUserId'] }],
    })
    expect(
      await move(
        holder!,
        others.find((one) => one !== userId)!,
      ),
    ).toMatchObject({ code: 'INVALID_TRANSITION' })
    await expectInvariants(server)
  })

  it('is the same over REST, as are the list, assigning and freeing', async () => {
    const { owner, accountId, members } = await seatTeam(server, 'rest', { seats: 1, members: 2 })
    const [first, second] = members.map(({ userId }) => userId) as [string, string]
    const post = async (verb: string, body: object, token = owner.token) => {
      const answer = await server.rest('POST', `/api/v1/entitlements/${verb}`, { token, body })
      return { status: answer.status, body: answer.body as object }
    }
    const holding = (...users: string[]) => ({
      status: 200,
      body: {
        account_id: accountId,
        seats: [
          {
            feature: 'developer_seats',
            limit: 1,
            assigned_count: users.length,
            remaining: 1 - users.length,
            holders: users.map((user) => ({
              user: expect.objectContaining({ id: user }) as object,
              assigned_at: expect.any(String) as string,
            })),
            next_after: null,
          },
        ],
      },
    })
    const seat = { account_id: accountId, feature: 'developer_seats' }
    expect(await post('assign-seat', { ...seat, user_id: first })).toEqual(holding(first))
    expect(await post('assign-seat', { ...seat, user_id: first })).toEqual(holding(first))
    expect(await post('assign-seat', { ...seat, user_id: second })).toMatchObject({
      status: 402,
      body: { code: 'LIMIT_REACHED', used: 1, limit: 1, remedies: expect.any(Array) as object },
    })
    const move = { ...seat, from_user_id: first, to_user_id: second }
    expect(await post('move-seat', move)).toEqual(holding(second))
    expect(await post('move-seat', { ...move, to_user_id: first })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION', field: 'from_user_id' },
    })
    expect(await post('assign-seat', { ...seat, user_id: 'usr_unknown' })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'user_id' },
    })
    const service = await server.serviceKey(['entitlements:read'])
    const found = await post('seats', { account_id: accountId, user_id: first }, service)
    expect(found).toMatchObject({ status: 200, body: { seats: [{ assigned_count: 1, holders: [] }] } })
    // Members read the seats, and only owners and admins change them.
    const member = members[0]!.token
    expect(await post('seats', { account_id: accountId }, member)).toEqual(holding(second))
    for (const token of [member, service])
      expect(await post('unassign-seat', { ...seat, user_id: second }, token)).toMatchObject({ status: 403 })
    expect(await post('unassign-seat', { ...seat, user_id: second })).toEqual(holding())
    const stranger = await server.token('stranger@rest.example.com')
    expect(await post('seats', { account_id: accountId }, stranger)).toMatchObject({ status: 404 })
  })
})
