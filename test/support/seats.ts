import { randomUUID } from 'node:crypto'
import { joinAccount, person, type Person } from './members.js'
import type { TestServer } from './test-server.js'

const FEATURE = 'developer_seats'

/** Result of a mutation about seats. */
export interface SeatAnswer {
  readonly code?: string
  readonly field?: string
  readonly seats?: readonly Seats[]
}

/** Seats of an account. */
export interface Seats {
  readonly limit: number
  readonly assignedCount: number
  readonly remaining: number
  readonly holders: { readonly nodes: readonly { readonly user: { readonly id: string } }[] }
}

/** An account of catalog `ai-platform` with seats, members, and seats that are assigned to the first of them. */
export async function seatTeam(
  server: TestServer,
  name: string,
  { seats, members: count, assigned = 0 }: { seats: number; members: number; assigned?: number },
): Promise<{ owner: Person; accountId: string; members: Person[] }> {
  const owner = await person(server, `owner@${name}.example.com`)
  const { accountId } = owner
  const operator = await server.token('ops@example.com', { roles: ['admin'] })
  // The plan has one seat.
  if (seats > 1)
    await server.graphql(
      `mutation ($input: SetTermsInput!, $key: String!) { setTerms(input: $input, key: $key) { denial { code } } }`,
      { input: { accountId, feature: FEATURE, amount: seats - 1, reason: 'test' }, key: randomUUID() },
      operator,
    )
  const members: Person[] = []
  for (let index = 0; index < count; index++)
    members.push(await joinAccount(server, owner, `member${index}@${name}.example.com`))
  for (const { userId } of members.slice(0, assigned))
    await server.graphql(
      `mutation ($accountId: ID, $feature: String!, $userId: ID!) { assignSeat(accountId: $accountId, feature: $feature, userId: $userId) { denial { code } } }`,
      { accountId, feature: FEATURE, userId },
      owner.token,
    )
  return { owner, accountId, members }
}

export const seatsOf = async (server: TestServer, { token }: Person, accountId: string): Promise<Seats> =>
  (
    await server.graphql<{ account: { usage: { seats: Seats[] } } }>(
      `query ($id: ID!) { account(id: $id) { usage { seats { limit assignedCount remaining holders { nodes { user { id } } } } } } }`,
      { id: accountId },
      token,
    )
  ).data.account.usage.seats[0]!
