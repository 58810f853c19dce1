import type { MemberFilter } from '#schema/identity/member.type.js'
import { filteredMembers } from '#services/identity/accounts/account-queries.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'

/** A user with a seat. */
export interface SeatHolder {
  readonly userId: string
  readonly assignedAt: Date
}

/** Users whose seats are listed. */
export interface HolderScope {
  readonly accountId: string
  readonly feature: string
  /** Only this user. Null: all. */
  readonly userId: string | null
  /** Null: users who were deleted, too. */
  readonly filter: MemberFilter | null
}

/** Users with a seat of a feature, those who have one for the longest time first. */
export function seatHolders(
  sql: Sql,
  { accountId, feature, userId, filter }: HolderScope,
  request: PageRequest,
): Promise<Page<SeatHolder>> {
  const holders = sql.query
    .selectFrom('allocation')
    .select(['resourceId as userId', 'allocatedAt as assignedAt'])
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('releasedAt', 'is', null)
    .$if(userId !== null, (query) => query.where('resourceId', '=', userId!))
    .$if(filter !== null, (query) =>
      query.where('resourceId', 'in', filteredMembers(sql, accountId, filter!).select('m.userId')),
    )
  return readRows(request, `seats ${accountId} ${feature}`, holders, {
    by: [
      { by: 'allocatedAt', of: ({ assignedAt }) => assignedAt.toISOString() },
      { by: 'resourceId', of: (holder) => holder.userId },
    ],
    ascending: true,
  })
}
