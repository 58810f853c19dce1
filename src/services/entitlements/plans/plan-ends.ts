import type { Sql } from '#services/kernel/database/sql.js'
import { lastPlanEnds } from './plans.sql.js'

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
  sql.rows(lastPlanEnds, { accountIds, groupCode, now })
