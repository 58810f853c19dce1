import type { Sql } from '#services/kernel/database/sql.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { MemberSlots } from '#services/identity/members/member-slots.js'
import { writeAllocation, endAllocation } from '../allocations/write-allocation.js'
import { uncountedMembers } from './members.sql.js'
import { insufficientUnits } from '../model/usage-denials.js'
import { endCaps } from '../spend-caps/cap-rows.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'

/** The limit that counts members, in the catalogs that have one. */
const MEMBERS = 'members'

/**
 * Members as allocations of the limit `members`. Existing members are counted when the first one is added here. A
 * business that manages members elsewhere allocates them itself and is not counted twice.
 */
export function createMemberSlots(catalog: { current(): CatalogSnapshot }): MemberSlots {
  const limit = () => {
    const feature = catalog.current().features.get(MEMBERS)
    return feature?.kind === 'LIMIT' ? feature : null
  }

  async function checkRoom(sql: Sql, accountId: string, at: Date, uncounted: number): Promise<Denial | null> {
    const feature = limit()
    if (!feature) return null
    const snapshot = await loadSnapshot(sql, catalog.current(), accountId, at)
    if (!snapshot) return null
    const counted = { ...snapshot.allocated, [feature.code]: (snapshot.allocated[feature.code] ?? 0) + uncounted }
    const here = { ...snapshot, allocated: counted }
    const { remaining, granted } = evaluateFeature(catalog.current(), here, feature)
    return granted && (remaining ?? 1) >= 1 ? null : insufficientUnits(catalog.current(), here, feature, { amount: 1 })
  }

  return {
    denial: async (sql, accountId, at) => checkRoom(sql, accountId, at, (await uncounted(sql, accountId)).length),
    take: async (transaction, accountId, userId, at) => {
      if (!limit()) return null
      const others = await uncounted(transaction, accountId)
      const full = await checkRoom(transaction, accountId, at, others.length)
      if (full) return full
      for (const resourceId of [...others, userId])
        await writeAllocation(transaction, { accountId, feature: MEMBERS, resourceId, at })
      return null
    },
    // A member who leaves loses the seats and the spend caps as well.
    giveBack: async (transaction, accountId, userId, at) => {
      for (const feature of new Set([MEMBERS, ...catalog.current().seats]))
        await endAllocation(transaction, { accountId, feature, resourceId: userId, at })
      await endCaps(transaction, { accountId, userId }, at)
    },
    withPlan: async (sql, accountIds, at) => {
      const rows = await sql.query
        .selectFrom('plan_assignment')
        .select('accountId')
        .distinct()
        .where('accountId', 'in', accountIds)
        .where('since', '<=', at)
        .where((column) => column.or([column('endedAt', 'is', null), column('endedAt', '>', at)]))
        .execute()
      return new Set(rows.map(({ accountId }) => accountId))
    },
  }
}

/** User IDs of members who hold no slot yet: they were members before anybody was added here. */
async function uncounted(sql: Sql, accountId: string): Promise<string[]> {
  const members = await sql.rows(uncountedMembers, { accountId, feature: MEMBERS })
  return members.map(({ userId }) => userId)
}
