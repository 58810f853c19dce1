import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

export const checkoutsByIds = (sql: Sql, ids: readonly string[]): Promise<CheckoutRow[]> =>
  sql.rows(`select * from checkout where id = any($1)`, [ids])

export const subscriptionsByIds = (sql: Sql, ids: readonly string[]): Promise<BillingSubscriptionRow[]> =>
  sql.rows(`select * from billing_subscription where id = any($1)`, [ids])

/**
 * Active subscription of each account. An ended one does not count, and a successor comes after the one it replaces.
 */
export const liveSubscriptionsOf = (sql: Sql, accountIds: readonly string[]): Promise<BillingSubscriptionRow[]> =>
  sql.rows(
    `select distinct on (s.account_id) s.* from billing_subscription s
     where s.account_id = any($1) and s.status <> all($2)
     order by s.account_id, exists (select 1 from billing_subscription o where o.account_id = s.account_id and o.id <> s.id
       and o.status <> all($2) and o.cancel_at <= s.started_at), s.started_at desc`,
    [accountIds, TERMINAL_STATUSES],
  )

export const itemsOfSubscriptions = (sql: Sql, ids: readonly string[]): Promise<SubscriptionItemRow[]> =>
  sql.rows(`select * from subscription_item where subscription_id = any($1) order by id`, [ids])
