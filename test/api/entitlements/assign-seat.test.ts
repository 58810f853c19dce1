import { flat } from '#test/support/account-groups.js'
import { change, person, type Person } from '#test/support/members.js'
import { entitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { seatTeam, seatsOf, type SeatAnswer } from '#test/support/seats.js'

describe('assignSeat', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const assign = async (who: Person, accountId: string, userId: string, feature = 'developer_seats') => {
    const { data, errors } = await server.graphql<{ assignSeat: SeatAnswer } | null>(
      `mutation ($accountId: ID, $feature: String!, $userId: ID!) {
        assignSeat(accountId: $accountId, feature: $feature, userId: $userId) {
          account { __typename usage { seats { limit assignedCount remaining } } }
          denial { __typename code issues { path } }
        }
      }`,
      { accountId, feature, userId },
      who.token,
    )
    return data?.assignSeat ? flat(data.assignSeat) : { code: errors![0]!.extensions.code }
  }

  it('never exceeds the seats under concurrent calls, and a member who leaves loses the seat', async () => {
    const { owner, accountId, members } = await seatTeam(server, 'acme', { seats: 3, members: 5 })
    const outcomes = await Promise.all([...members, ...members].map(({ userId }) => assign(owner, accountId, userId)))
    const denials = outcomes.filter(({ code }) => code !== undefined)
    expect(denials.every(({ code }) => code === 'LIMIT_REACHED')).toBe(true)
    const { limit, assignedCount, remaining, holders } = await seatsOf(server, owner, accountId)
    expect({ limit, assignedCount, remaining }).toEqual({ limit: 3, assignedCount: 3, remaining: 0 })
    expect(holders.nodes).toHaveLength(3)
    const [first] = holders.nodes
    expect(await assign(owner, accountId, first!.user.id)).toMatchObject({ seats: [{ assignedCount: 3 }] })
    expect(
      await change(server, owner, `removeMember(accountId: "${accountId}" userId: "${first!.user.id}")`),
    ).toMatchObject({
      __typename: 'DeletePayload',
    })
    expect(await seatsOf(server, owner, accountId)).toMatchObject({ assignedCount: 2, remaining: 1 })
    const types = await server.query<{ type: string }>(
      `select type from stream_event where stream_id = $1 and type like 'seat.%'`,
      [accountId],
    )
    expect(types).toHaveLength(3)
  })

  it('requires an owner or admin, a member, and a limit of the catalog', async () => {
    const { owner, accountId, members } = await seatTeam(server, 'beta', { seats: 2, members: 1 })
    const [member] = members
    const stranger = await person(server, 'stranger@example.com')
    expect(await assign(member!, accountId, member!.userId)).toEqual({ code: 'FORBIDDEN' })
    expect(await assign(stranger, accountId, member!.userId)).toEqual({ code: 'NOT_FOUND' })
    expect(await assign(owner, accountId, stranger.userId)).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['userId'] }],
    })
    expect(await assign(owner, accountId, member!.userId, 'api_keys')).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['feature'] }],
    })
    expect(await assign(owner, accountId, member!.userId, 'nothing')).toMatchObject({ code: 'NOT_FOUND' })
    const service = await entitlementService(server)
    expect(await service.allocate({ accountId, feature: 'developer_seats', resourceId: 'x' })).toMatchObject({
      code: 'INVALID_PARAMETERS',
    })
  })
})
