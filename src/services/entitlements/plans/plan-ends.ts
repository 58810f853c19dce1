import type { Sql } from '#services/kernel/database/sql.js'

/** End of the last plan that an account had in a group. */
export interface PlanEnd {
  readonly accountId: string
  readonly at: Date
}

/**
 * Time since which accounts have only the default plan of a group, for accounts that had another plan before. A plan
 * that was removed before its start does not count.
 */
export const planEndsOf = (sql: Sql, accountIds: readonly string[], groupCode: string, now: Date): Promise<PlanEnd[]> =>
  sql.rows<PlanEnd>(
    `select account_id, max(least(ended_at, expires_at)) as at from plan_assignment
     where account_id = any($1) and group_code = $2 and least(ended_at, expires_at) <= $3 and least(ended_at, expires_at) > since
     group by account_id`,
    [accountIds, groupCode, now],
  )
