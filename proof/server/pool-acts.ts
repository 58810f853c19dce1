import { Buyer } from '#test/support/buyer.js'
import { always, same, use, type Act } from '#proof/server/act.js'
import { POOLED } from '#proof/server/platform-catalog.js'
import type { Platform } from '#proof/server/platform.js'

/** Units that a parent has at first, and that it receives when fewer than `LOW` are left. */
const [UNITS, LOW] = [150, 20]
const [PARENTS, SUB_ACCOUNTS] = [2, 3]

interface Parent {
  readonly accountId: string
  readonly token: string
  remaining: number
}

interface SubAccount {
  readonly accountId: string
  parent: Parent | null
  /** Most units of a day. Null: none. */
  limit: number | null
  /** Units that it used today, for each parent. */
  readonly usedToday: Map<Parent, number>
}

/** Parents with their pools, and accounts that move between them. */
export interface Pools {
  readonly parents: readonly Parent[]
  readonly subAccounts: readonly SubAccount[]
}

/** Creates the accounts. The sub-accounts have no parent yet. */
export async function createPools(platform: Platform, name: string): Promise<Pools> {
  const account = async (suffix: string): Promise<{ accountId: string; token: string }> => {
    const { token } = await Buyer.named(platform.server, `${name}-${suffix}@example.com`)
    const { data } = await platform.server.graphql<{ account: { id: string } }>(`{ account { id } }`, {}, token)
    return { accountId: data.account.id, token }
  }
  const parents: Parent[] = []
  for (let index = 1; index <= PARENTS; index++) {
    const parent: Parent = { ...(await account(`parent-${index}`)), remaining: 0 }
    await grant(platform, parent)
    parents.push(parent)
  }
  const subAccounts: SubAccount[] = []
  for (let index = 1; index <= SUB_ACCOUNTS; index++)
    subAccounts.push({ ...(await account(`child-${index}`)), parent: null, limit: null, usedToday: new Map() })
  return { parents, subAccounts }
}

/** A day passes: limits count from zero. */
export function passDay({ subAccounts }: Pools): void {
  for (const { usedToday } of subAccounts) usedToday.clear()
}

async function grant(platform: Platform, parent: Parent): Promise<void> {
  const { accountId } = parent
  const input = { accountId, feature: POOLED, amount: UNITS, reason: 'proof', idempotencyKey: platform.key() }
  await platform.mutate('grantCredits', input, 'id')
  parent.remaining += UNITS
}

const usedToday = ({ usedToday: used, parent }: SubAccount): number => used.get(parent!) ?? 0

/** The code with which a use is denied. Null: it is allowed. */
function denialOf(one: SubAccount, amount: number): string | null {
  if (one.parent === null) return 'FEATURE_NOT_INCLUDED'
  if (one.parent.remaining < amount) return 'POOL_EXHAUSTED'
  return one.limit !== null && usedToday(one) + amount > one.limit ? 'SPEND_CAP_REACHED' : null
}

interface SubAccountAnswer {
  readonly account: { readonly id: string }
  readonly limits: readonly Readonly<Record<'limit' | 'used' | 'reserved', { readonly units: number }>>[]
}

/** Compares the pools of all parents and the limits of their sub-accounts with the model. */
async function compare({ server }: Platform, { parents, subAccounts }: Pools): Promise<void> {
  for (const parent of parents) {
    const { data } = await server.graphql<{
      check: { entitlement: { remaining: number } }
      account: { usage: { subAccounts: readonly SubAccountAnswer[] } }
    }>(
      `{ check(feature: "${POOLED}") { entitlement { remaining } }
         account { usage { subAccounts { account { id } limits { limit { units } used { units } reserved { units } } } } } }`,
      {},
      parent.token,
    )
    same('what remains of a pool', data.check.entitlement.remaining, parent.remaining)
    const expected = subAccounts
      .filter((one) => one.parent === parent)
      .map((one) => ({
        account: { id: one.accountId },
        limits:
          one.limit === null
            ? []
            : [{ limit: { units: one.limit }, used: { units: usedToday(one) }, reserved: { units: 0 } }],
      }))
    same('the sub-accounts', data.account.usage.subAccounts.toSorted(byAccount), expected.toSorted(byAccount))
  }
}

type OfAccount = Pick<SubAccountAnswer, 'account'>
const byAccount = ({ account: left }: OfAccount, { account: right }: OfAccount): number => (left.id < right.id ? -1 : 1)

/** Consumes units, or reserves and commits them. */
async function take(platform: Platform, accountId: string, amount: number): Promise<string | null> {
  const shared = { accountId, feature: POOLED, amount }
  if (platform.turn('pool', 2) === 0) return (await use(platform, 'consume', shared)).code
  const { code, id } = await use(platform, 'reserve', shared)
  if (code === null) same('commit', (await use(platform, 'commit', { reservationId: id })).code, null)
  return code
}

/** Accounts that share units: their uses, moves and limits never change a sum. */
export const pools: readonly Act[] = [
  {
    name: 'use a pool',
    when: always,
    async act(platform) {
      const all = await platform.pools()
      for (const parent of all.parents) if (parent.remaining < LOW) await grant(platform, parent)
      const one = platform.one(all.subAccounts)
      const amount = 1 + platform.below(40)
      const expected = denialOf(one, amount)
      same(`use ${amount} of a pool`, await take(platform, one.accountId, amount), expected)
      if (expected === null) {
        one.parent!.remaining -= amount
        one.usedToday.set(one.parent!, usedToday(one) + amount)
      }
      await compare(platform, all)
    },
  },
  {
    name: 'move a sub-account',
    when: always,
    async act(platform) {
      const all = await platform.pools()
      const one = platform.one(all.subAccounts)
      const parent = platform.one([...all.parents, ...all.parents, null].filter((other) => other !== one.parent))
      const input = { accountId: one.accountId, parentId: parent?.accountId ?? null }
      await platform.mutate('setParentAccount', input, 'usage { subAccount { parent { id } } }')
      one.parent = parent
      one.limit = null
      await compare(platform, all)
    },
  },
  {
    name: 'limit a sub-account',
    when: always,
    async act(platform) {
      const all = await platform.pools()
      const one = all.subAccounts.find(({ parent }) => parent !== null)
      if (!one) return
      const amount = one.limit === null || platform.below(3) > 0 ? 1 + platform.below(60) : null
      const { accountId, token } = one.parent!
      const terms = { accountId, subAccountId: one.accountId, feature: POOLED, period: 'DAY' }
      const input = { ...terms, limit: { units: amount ?? 1 }, idempotencyKey: platform.key() }
      const { id } = await platform.mutate<{ id: string }>('setSpendCap', input, 'id', token)
      if (amount === null) await platform.mutate('removeSpendCap', { id, idempotencyKey: platform.key() }, 'id', token)
      one.limit = amount
      await compare(platform, all)
    },
  },
]
