import { TERMINAL_STATUSES } from '../../../entities/billing/subscription-state.js'
import type { BillingSubscriptionRow } from '../../../entities/billing/billing-subscription.entity.js'
import type { CheckoutRow } from '../../../entities/billing/checkout.entity.js'
import type { SubscriptionItemRow } from '../../../entities/billing/subscription-item.entity.js'
import type { Sql } from '../../kernel/database/sql.js'

export const checkoutsByIds = (sql: Sql, ids: readonly string[]): Promise<CheckoutRow[]> =>
  sql.rows(`select * from checkout where id = any($1)`, [ids])

export const subscriptionsByIds = (sql: Sql, ids: readonly string[]): Promise<BillingSubscriptionRow[]> =>
  sql.rows(`select * from billing_subscription where id = any($1)`, [ids])

/** The running subscription of each account; one that has ended for good is none. */
export const liveSubscriptionsOf = (sql: Sql, accountIds: readonly string[]): Promise<BillingSubscriptionRow[]> =>
  sql.rows(
    `select distinct on (account_id) * from billing_subscription
     where account_id = any($1) and status <> all($2) order by account_id, started_at desc`,
    [accountIds, TERMINAL_STATUSES],
  )

export const itemsOfSubscriptions = (sql: Sql, ids: readonly string[]): Promise<SubscriptionItemRow[]> =>
  sql.rows(`select * from subscription_item where subscription_id = any($1) order by id`, [ids])
