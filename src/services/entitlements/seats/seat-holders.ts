import type { Sql } from '#services/kernel/database/sql.js'

/** A user with a seat. */
export interface SeatHolder {
  readonly feature: string
  readonly userId: string
  readonly since: Date
}

/** Maximum number of holders that are returned. */
export const MAX_HOLDERS = 1000

/** Users with seats of an account, those who have one for the longest time first. */
export const seatHolders = (
  sql: Sql,
  accountId: string,
  { features, userId }: { readonly features: readonly string[]; readonly userId: string | null },
): Promise<SeatHolder[]> =>
  sql.query
    .selectFrom('allocation')
    .select(['feature', 'resourceId as userId', 'allocatedAt as since'])
    .where('accountId', '=', accountId)
    .where('feature', 'in', features)
    .where('releasedAt', 'is', null)
    .$if(userId !== null, (query) => query.where('resourceId', '=', userId!))
    .orderBy('allocatedAt')
    .orderBy('resourceId')
    .limit(MAX_HOLDERS)
    .execute()
