import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { seatTeam } from '#test/support/seats.js'
import type { Person } from '#test/support/members.js'

const FEATURE = 'developer_seats'

interface Page<Item> {
  readonly nodes: readonly Item[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

interface OfUser {
  readonly user: { readonly id: string }
}

describe('holders of seats', () => {
  let server: TestServer
  let owner: Person
  let accountId = ''
  let members: readonly Person[]
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    ;({ owner, accountId, members } = await seatTeam(server, 'acme', { seats: 3, members: 4, assigned: 3 }))
  })
  afterAll(() => server.close())

  const holders = async (args: string): Promise<Page<OfUser>> => {
    const { data } = await server.graphql<{ account: { usage: { seats: { holders: Page<OfUser> }[] } } }>(
      `query ($id: ID!) { account(id: $id) { usage { seats(feature: "${FEATURE}") {
        holders(${args}) { nodes { user { id } } pageInfo { hasNextPage endCursor } }
      } } } }`,
      { id: accountId },
      owner.token,
    )
    return data.account.usage.seats[0]!.holders
  }
  const idsOf = ({ nodes }: Page<OfUser>) => nodes.map(({ user }) => user.id)

  it('are read to their end in pages, in the order of their assignments', async () => {
    const first = await holders('first: 2')
    const rest = await holders(`first: 2, after: "${first.pageInfo.endCursor}"`)
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false])
    expect([...idsOf(first), ...idsOf(rest)].toSorted()).toEqual(
      members
        .slice(0, 3)
        .map(({ userId }) => userId)
        .toSorted(),
    )
  })

  it('are found by a user, and by a part of the email address', async () => {
    const [one, , , free] = members
    expect(idsOf(await holders(`userId: "${one!.userId}"`))).toEqual([one!.userId])
    expect(idsOf(await holders(`filter: { search: "member0@" }`))).toEqual([one!.userId])
    expect(idsOf(await holders(`userId: "${free!.userId}"`))).toEqual([])
  })

  it('are the members that the list of those without a seat leaves out', async () => {
    const { data } = await server.graphql<{ account: { members: Page<OfUser> } }>(
      `query ($id: ID!) { account(id: $id) {
        members(filter: { withoutSeat: "${FEATURE}" }) { nodes { user { id } } pageInfo { hasNextPage endCursor } }
      } }`,
      { id: accountId },
      owner.token,
    )
    expect(idsOf(data.account.members).toSorted()).toEqual([owner.userId, members[3]!.userId].toSorted())
  })

  it('are none for features that the catalog does not assign', async () => {
    const { data } = await server.graphql<{ account: { usage: { seats: object[] } } }>(
      `query ($id: ID!) { account(id: $id) { usage { seats(feature: "api_keys") { limit } } } }`,
      { id: accountId },
      owner.token,
    )
    expect(data.account.usage.seats).toEqual([])
  })
})
