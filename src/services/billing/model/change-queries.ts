import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { Money } from '#services/kernel/money/money.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** A change by its id. */
export async function findChange(sql: Sql, id: string): Promise<SubscriptionChangeRow | null> {
  return (await sql.query.selectFrom('subscription_change').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** The changes that wait for the end of the period, one a subscription at most. */
export const scheduledChangesOf = (sql: Sql, subscriptionIds: readonly string[]): Promise<SubscriptionChangeRow[]> =>
  sql.query
    .selectFrom('subscription_change')
    .selectAll()
    .where('subscriptionId', 'in', subscriptionIds)
    .where('kind', '=', 'PLAN')
    .where('status', '=', 'SCHEDULED')
    .execute()

/** The last change of each subscription that took effect, if it gave credit for unused time. */
export const creditedChangesOf = (sql: Sql, subscriptionIds: readonly string[]): Promise<SubscriptionChangeRow[]> =>
  sql.query
    .selectFrom((eb) =>
      eb
        .selectFrom('subscription_change')
        .distinctOn('subscriptionId')
        .selectAll()
        .where('subscriptionId', 'in', subscriptionIds)
        .where('status', '=', 'APPLIED')
        .orderBy('subscriptionId')
        .orderBy('id', 'desc')
        .as('latest'),
    )
    .selectAll()
    .where('creditedMinor', '>', 0)
    .execute()

/** Pure: the credit for unused time that a change gave; null if it gave none. */
export const creditOfChange = ({
  creditedMinor,
  unusedTime,
}: Pick<SubscriptionChangeRow, 'creditedMinor' | 'unusedTime'>): Money | null =>
  creditedMinor && unusedTime ? { amountMinor: creditedMinor, currency: unusedTime.currency } : null
