import { joinAccount } from '#test/support/members.js'
import { always, same, type Act } from '#proof/server/act.js'
import { FREE } from '#proof/server/platform-catalog.js'
import type { Platform, Tenant } from '#proof/server/platform.js'

/** Members of a tenant who can have seats. */
const MEMBERS = 2

/** The tenant's users who can have a seat: the owner and the members, who join when they are needed. */
async function users({ server }: Platform, tenant: Tenant): Promise<readonly string[]> {
  if (tenant.users.length > 0) return tenant.users
  const { data } = await server.graphql<{ viewer: { user: { id: string } } }>(
    `{ viewer { user { id } } }`,
    {},
    tenant.token,
  )
  const owner = {
    email: tenant.buyer.email,
    token: tenant.token,
    userId: data.viewer.user.id,
    accountId: tenant.accountId,
  }
  tenant.users.push(owner.userId)
  for (let index = 1; index <= MEMBERS; index++)
    tenant.users.push((await joinAccount(server, owner, `member-${index}-${tenant.buyer.email}`)).userId)
  return tenant.users
}

async function changeSeats(
  platform: Platform,
  tenant: Tenant,
  mutation: 'assignSeat' | 'unassignSeat',
  input: { readonly userId: string; readonly fromUserId?: string },
): Promise<void> {
  const { seats } = tenant.model
  const { userId, fromUserId } = input
  const isNew = mutation === 'assignSeat' && fromUserId === undefined
  const expected = isNew && seats.size >= FREE.seats ? 'LIMIT_REACHED' : null
  const answer = await platform.attempt<{
    code?: string
    usage?: { seats: { holders: { nodes: { user: { id: string } }[] } }[] }
  }>(
    mutation,
    { accountId: tenant.accountId, feature: 'seats', ...input },
    'usage { seats { assignedCount remaining holders { nodes { user { id } } } } }',
    tenant.token,
  )
  same(mutation, answer.code ?? null, expected)
  if (expected !== null) return
  if (fromUserId !== undefined) seats.delete(fromUserId)
  if (mutation === 'unassignSeat') seats.delete(userId)
  else seats.add(userId)
  const holders = answer.usage?.seats[0]?.holders.nodes.map(({ user }) => user.id).toSorted() ?? []
  same('the holders of seats', holders, [...seats].toSorted())
}

export const seats: readonly Act[] = [
  {
    name: 'assign a seat',
    when: always,
    async act(platform, tenant) {
      const without = (await users(platform, tenant)).filter((user) => !tenant.model.seats.has(user))
      await changeSeats(platform, tenant, 'assignSeat', { userId: platform.one(without) })
    },
  },
  {
    name: 'unassign a seat',
    when: ({ model }) => model.seats.size > 0,
    async act(platform, tenant) {
      await changeSeats(platform, tenant, 'unassignSeat', { userId: platform.one([...tenant.model.seats]) })
    },
  },
  {
    name: 'move a seat',
    when: ({ model }) => model.seats.size > 0,
    async act(platform, tenant) {
      const without = (await users(platform, tenant)).filter((user) => !tenant.model.seats.has(user))
      const fromUserId = platform.one([...tenant.model.seats])
      await changeSeats(platform, tenant, 'assignSeat', { fromUserId, userId: platform.one(without) })
    },
  },
]
