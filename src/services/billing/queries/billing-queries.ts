import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { listActiveSubscriptions } from './billing-queries.sql.js'

export const checkoutsByIds = (sql: Sql, ids: readonly string[]): Promise<CheckoutRow[]> =>
  sql.query.selectFrom('checkout').selectAll().where('id', 'in', ids).execute()

export const subscriptionsByIds = (sql: Sql, ids: readonly string[]): Promise<BillingSubscriptionRow[]> =>
  sql.query.selectFrom('billing_subscription').selectAll().where('id', 'in', ids).execute()

/**
 * Active subscription of each account. An ended one does not count, and a successor comes after the one it replaces.
 */
export const liveSubscriptionsOf = (sql: Sql, accountIds: readonly string[]): Promise<BillingSubscriptionRow[]> =>
  sql.rows(listActiveSubscriptions, { accountIds, terminal: TERMINAL_STATUSES })

export const itemsOfSubscriptions = (sql: Sql, ids: readonly string[]): Promise<SubscriptionItemRow[]> =>
  sql.query.selectFrom('subscription_item').selectAll().where('subscriptionId', 'in', ids).orderBy('id').execute()

export const subscriptionItemsByIds = (sql: Sql, ids: readonly string[]): Promise<SubscriptionItemRow[]> =>
  sql.query.selectFrom('subscription_item').selectAll().where('id', 'in', ids).execute()
