import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { MemberSlots } from '#services/identity/members/member-slots.js'
import { allocate, deallocate } from '../allocations/allocate.js'
import { archivePeriodsCte } from '../allocations/archive-allocation-periods.js'
import { insufficientUnits } from '../usage/usage-denials.js'
import { evaluateFeature } from '../snapshot/evaluate-entitlements.js'
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
    return granted && (remaining ?? 1) >= 1 ? null : insufficientUnits(catalog.current(), here, feature, 1)
  }

  return {
    refusal: async (sql, accountId, at) => checkRoom(sql, accountId, at, await uncountedMembers(sql, accountId)),
    take: async (transaction, accountId, userId, at) => {
      if (!limit()) return null
      const full = await checkRoom(transaction, accountId, at, await uncountedMembers(transaction, accountId))
      if (full) return full
      await countMembers(transaction, accountId, at)
      await allocate(transaction, { accountId, feature: MEMBERS, resourceId: userId, at })
      return null
    },
    giveBack: async (transaction, accountId, userId, at) =>
      void (await deallocate(transaction, { accountId, feature: MEMBERS, resourceId: userId, at })),
    withPlan: async (sql, accountIds, at) => {
      const rows = await sql.rows<{ accountId: string }>(
        `select distinct account_id from plan_assignment where account_id = any($1) and since <= $2 and (ended_at is null or ended_at > $2)`,
        [accountIds, at],
      )
      return new Set(rows.map(({ accountId }) => accountId))
    },
  }
}

const UNCOUNTED = `from member m where m.account_id = $1 and not exists (
  select from allocation l where l.account_id = m.account_id and l.feature = '${MEMBERS}' and l.resource_id = m.user_id and l.released_at is null)`

/** Members who hold no place yet: they were there before anybody was added here. */
async function uncountedMembers(sql: Sql, accountId: string): Promise<number> {
  return (await sql.row<{ total: number }>(`select count(*)::int as total ${UNCOUNTED}`, [accountId]))?.total ?? 0
}

/** Allocates a member slot for every existing member. */
async function countMembers(transaction: Transaction, accountId: string, at: Date): Promise<void> {
  await transaction.run(
    `with ${archivePeriodsCte(`(select * from allocation where account_id = $1 and feature = '${MEMBERS}' and resource_id in (select m.user_id ${UNCOUNTED}))`)}
     insert into allocation (account_id, feature, resource_id, allocated_at)
     select m.account_id, '${MEMBERS}', m.user_id, $2::timestamptz ${UNCOUNTED}
     on conflict (account_id, feature, resource_id) do update set released_at = null, allocated_at = excluded.allocated_at`,
    [accountId, at],
  )
}
