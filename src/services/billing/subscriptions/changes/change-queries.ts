import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { Money } from '#services/kernel/money/money.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** Open and scheduled changes of a subscription, newest first. */
export const openChanges = (sql: Sql, subscriptionId: string): Promise<SubscriptionChangeRow[]> =>
  sql.rows(
    `select * from subscription_change where subscription_id = $1 and status in ('REQUESTED', 'REQUIRES_CONFIRMATION', 'SCHEDULED') order by id desc`,
    [subscriptionId],
  )

/** A change by its id. */
export async function findChange(sql: Sql, id: string): Promise<SubscriptionChangeRow | null> {
  return (await sql.row<SubscriptionChangeRow>(`select * from subscription_change where id = $1`, [id])) ?? null
}

/** The changes that wait for the end of the period, one a subscription at most. */
export const scheduledChangesOf = (sql: Sql, subscriptionIds: readonly string[]): Promise<SubscriptionChangeRow[]> =>
  sql.rows(
    `select * from subscription_change where subscription_id = any($1) and status = 'SCHEDULED' and kind = 'PLAN'`,
    [subscriptionIds],
  )

/** The last change of each subscription that took effect, if it gave credit for unused time. */
export const creditedChangesOf = (sql: Sql, subscriptionIds: readonly string[]): Promise<SubscriptionChangeRow[]> =>
  sql.rows(
    `select * from (select distinct on (subscription_id) * from subscription_change
       where subscription_id = any($1) and status = 'APPLIED' order by subscription_id, id desc) latest
     where credited_minor > 0`,
    [subscriptionIds],
  )

/** Pure: the credit for unused time that a change gave; null if it gave none. */
export const creditOfChange = ({
  creditedMinor,
  unusedTime,
}: Pick<SubscriptionChangeRow, 'creditedMinor' | 'unusedTime'>): Money | null =>
  creditedMinor && unusedTime ? { amountMinor: creditedMinor, currency: unusedTime.currency } : null
