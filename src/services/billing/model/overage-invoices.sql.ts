import type { SubscriptionStatus } from '#entities/billing/subscription-state.js'
import { statement } from '#services/kernel/database/statement.js'

/** Accounts with units of ended windows that are neither invoiced nor reported to a meter. */
export const accountsWithOverage = statement<
  { provider: string; feature: string; watermark: string; now: Date; after: string; limit: number },
  { accountId: string }
>(`
  select distinct u.account_id
  from overage_usage u
    join billing_customer c on c.account_id = u.account_id and c.provider = :provider and c.customer_id is not null
  where u.feature = :feature and u.window_end <= :now and u.used > u.invoiced and u.account_id > :after
    and not exists (
      select 1 from usage_report r
      where r.account_id = u.account_id and r.feature = :watermark and r.meter <> ''
        and r.at >= u.window_start and r.at < u.window_end
    )
  order by u.account_id limit :limit
`)

/** Units of an ended window at one tariff, and the terms by which they were charged. */
export interface EndedOverage {
  readonly windowStart: Date
  readonly windowEnd: Date
  readonly tariff: string
  readonly used: number
  readonly invoiced: number
  /** Amount of the earlier lines of the window at the tariff, in minor units. */
  readonly charged: number
  readonly plan: string
  readonly currency: string
}

/** Units of an account that are not invoiced. The terms are those of the last charge in the window at the tariff. */
export const endedOverage = statement<
  { accountId: string; feature: string; watermark: string; now: Date },
  EndedOverage
>(`
  select u.window_start, u.window_end, u.tariff, u.used, u.invoiced, earlier.charged, terms.plan, terms.currency
  from overage_usage u
    join lateral (
      select charge ->> 'plan' as plan, charge ->> 'currency' as currency
      from ledger_entry l cross join lateral jsonb_array_elements(l.price -> 'charges') charge
      where l.account_id = :accountId and l.feature = u.feature and l.price is not null and l.at >= u.window_start
        and charge ->> 'tariff' = u.tariff
        and (charge ->> 'windowStart')::timestamptz = u.window_start and (charge ->> 'windowEnd')::timestamptz = u.window_end
      order by l.version desc limit 1
    ) terms on true
    cross join lateral (
      select coalesce(sum((line ->> 'amountMinor')::bigint), 0)::bigint as charged
      from usage_report r cross join lateral jsonb_array_elements(r.lines) line
      where r.account_id = :accountId and r.feature = :watermark and r.lines is not null and line ->> 'tariff' = u.tariff
        and (line ->> 'windowStart')::timestamptz = u.window_start and (line ->> 'windowEnd')::timestamptz = u.window_end
    ) earlier
  where u.account_id = :accountId and u.feature = :feature and u.window_end <= :now and u.used > u.invoiced
    and not exists (
      select 1 from usage_report r
      where r.account_id = :accountId and r.feature = :watermark and r.meter <> ''
        and r.at >= u.window_start and r.at < u.window_end
    )
  order by u.window_end, u.window_start, u.tariff
`)

/** Subscription at the provider whose payment method is charged, and the period that it is in. */
export interface PayingSubscription {
  readonly externalId: string
  readonly status: SubscriptionStatus
  readonly cancelAt: Date | null
  readonly currentPeriodStart: Date | null
  readonly currentPeriodEnd: Date | null
}

/** Reads the present subscription of an account, or the last one. */
export const payingSubscription = statement<{ accountId: string; provider: string }, PayingSubscription>(`
  select external_id, status, cancel_at, current_period_start, current_period_end from billing_subscription
  where account_id = :accountId and provider = :provider
  order by started_at desc limit 1
`)

/** Product of the plan in the first line of an invoice of the server, and whether it charges units beyond an allowance. */
export const overageOfInvoice = statement<
  { accountId: string; provider: string; invoiceId: string },
  { productId: string; overage: boolean }
>(`
  select p.product_id, r.feature like '% overage%' as overage
  from usage_report r join plan p on p.code = r.lines -> 0 ->> 'plan'
  where r.account_id = :accountId and r.provider = :provider and r.invoice_id = :invoiceId
`)
