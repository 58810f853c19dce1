import type { RecurringInterval } from '#entities/kernel/billing-interval.js'
import { statement } from '#services/kernel/database/statement.js'

/** Recurring amounts of a subscription in one currency and interval. */
export interface RecurringLine {
  readonly planId: string | null
  readonly currency: string
  readonly interval: RecurringInterval
  readonly amountMinor: number
}

/**
 * Recurring amounts of a running subscription to a plan with its add-ons. The price of the plan is the one in effect: at a provider without
 * schedules the line already has the price of a scheduled change. No row if nothing is counted: trials, ended access and free plans.
 */
export const planSubscriptionLines = statement<{ subscriptionId: string; accountId: string }, RecurringLine>(`
  select v.plan_id, p.currency, p."interval", sum(p.amount_minor * line.quantity)::bigint as amount_minor
  from billing_subscription s
    join plan_version v on v.id = s.plan_version_id
    cross join lateral (
      select case when product.type = 'PLAN' then coalesce(scheduled.from_price_id, item.price_id) else item.price_id end
          as price_id,
        case when product.type = 'PLAN' then s.quantity else item.quantity end as quantity
      from subscription_item item
        join price on price.id = item.price_id join product on product.id = price.product_id
        left join subscription_change scheduled on scheduled.subscription_id = s.id
          and scheduled.account_id = s.account_id and scheduled.status = 'SCHEDULED'
          and scheduled.kind = 'PLAN'
      where item.subscription_id = s.id and item.account_id = s.account_id
    ) line
    join price p on p.id = line.price_id and p."interval" <> 'ONE_TIME'
  where s.id = :subscriptionId and s.account_id = :accountId and s.status in ('ACTIVE', 'PAST_DUE') and s.access_ended_at is null
  group by v.plan_id, p.currency, p."interval" having sum(p.amount_minor * line.quantity) > 0
`)

/** The same of a subscription to another product. */
export const productSubscriptionLines = statement<{ subscriptionId: string; accountId: string }, RecurringLine>(`
  select null::text as plan_id, p.currency, p."interval", p.amount_minor * s.quantity as amount_minor
  from product_subscription s join price p on p.id = s.price_id and p."interval" <> 'ONE_TIME'
  where s.id = :subscriptionId and s.account_id = :accountId and s.status in ('ACTIVE', 'PAST_DUE') and p.amount_minor * s.quantity > 0
`)
