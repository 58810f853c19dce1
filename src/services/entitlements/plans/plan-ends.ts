import type { Sql } from '../../kernel/database/sql.js'

/** When the last plan of a group ended that an account held. */
export interface PlanEnd {
  readonly accountId: string
  readonly at: Date
}

/**
 * Since when accounts hold nothing but the default plan of a group; only those that held another one before. A plan that was to begin
 * later and was taken back before was never held.
 */
export const planEndsOf = (sql: Sql, accountIds: readonly string[], groupCode: string, now: Date): Promise<PlanEnd[]> =>
  sql.rows<PlanEnd>(
    `select account_id, max(least(ended_at, lapses_at)) as at from plan_assignment
     where account_id = any($1) and group_code = $2 and least(ended_at, lapses_at) <= $3 and least(ended_at, lapses_at) > since
     group by account_id`,
    [accountIds, groupCode, now],
  )
