import type { SubscriptionChangeRow } from '../../../../entities/billing/subscription-change.entity.js'
import type { Sql } from '../../../kernel/database/sql.js'

/** The change of plan that is asked for, waits for confirmation, or is planned; the newest where a planned one is being replaced. */
export async function openPlanChange(sql: Sql, subscriptionId: string): Promise<SubscriptionChangeRow | null> {
  const row = await sql.row<SubscriptionChangeRow>(
    `select * from subscription_change where subscription_id = $1 and kind = 'PLAN' and status in ('REQUESTED', 'CONFIRMING', 'PLANNED')
     order by (status = 'PLANNED'), id desc limit 1`,
    [subscriptionId],
  )
  return row ?? null
}

/** A change by its id. */
export async function findChange(sql: Sql, id: string): Promise<SubscriptionChangeRow | null> {
  return (await sql.row<SubscriptionChangeRow>(`select * from subscription_change where id = $1`, [id])) ?? null
}

/** The changes that wait for the end of the period, one a subscription at most. */
export const plannedChangesOf = (sql: Sql, subscriptionIds: readonly string[]): Promise<SubscriptionChangeRow[]> =>
  sql.rows(`select * from subscription_change where subscription_id = any($1) and status = 'PLANNED'`, [
    subscriptionIds,
  ])
