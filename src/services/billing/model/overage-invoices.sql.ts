import { ENDED_WINDOWS, THRESHOLD } from '#entities/billing/usage-report.entity.js'
import type { StoredPause } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionStatus } from '#entities/billing/subscription-state.js'
import { statement } from '#services/kernel/database/statement.js'

/** Keys of the reports that the server invoices. */
const INVOICED = `'${ENDED_WINDOWS}', '${THRESHOLD}'`

/**
 * Accounts with units of ended windows that are neither invoiced nor reported to a meter, and those of subscriptions at prices with a minimum, of
 * which a window can have ended since the last one that was looked at. A window has at least 28 days.
 */
export const accountsWithOverage = statement<
  {
    provider: string
    features: readonly string[]
    /** Plan versions with a minimum, each with the feature that has it. */
    committedVersions: readonly string[]
    committedFeatures: readonly string[]
    now: Date
    after: string
    limit: number
  },
  { accountId: string }
>(`
  select found.account_id
  from (
      select u.account_id from overage_usage u
      where u.feature = any(:features) and u.window_end <= :now and u.used > u.invoiced and u.account_id > :after
        and not exists (
          select 1 from usage_report r
          where r.account_id = u.account_id and r.feature = u.feature || ' overage' and r.meter <> ''
            and r.at >= u.window_start and r.at < u.window_end
        )
      union
      select p.account_id
      from unnest(:committedVersions::text[], :committedFeatures::text[]) as committed (version_id, feature)
        join plan_assignment p on p.plan_version_id = committed.version_id
        left join usage_watermark w on w.account_id = p.account_id and w.feature = committed.feature || ' minimum'
      where p.source_type = 'subscription' and p.account_id > :after
      group by p.account_id, committed.feature, w.version
      having coalesce(to_timestamp(w.version / 1000.0), min(p.since)) + interval '28 days' <= :now
        and max(coalesce(p.ended_at, :now)) > coalesce(to_timestamp(w.version / 1000.0), min(p.since))
    ) found
    join billing_customer c on c.account_id = found.account_id and c.provider = :provider and c.customer_id is not null
  order by found.account_id limit :limit
`)

/** Units of a window at one tariff that are not invoiced, and the terms by which they were charged. */
export interface OpenOverageRow {
  readonly feature: string
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

/**
 * Units of an account that are not invoiced, of windows that have ended by a time. The terms are those of the last charge in the window at the
 * tariff.
 */
export const openOverage = statement<{ accountId: string; feature: string | null; endedBy: Date }, OpenOverageRow>(`
  select u.feature, u.window_start, u.window_end, u.tariff, u.used, u.invoiced, earlier.charged, terms.plan, terms.currency
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
      where r.account_id = :accountId and r.feature in (${INVOICED})
        and line ->> 'feature' = u.feature and line ->> 'tariff' = u.tariff
        and (line ->> 'windowStart')::timestamptz = u.window_start and (line ->> 'windowEnd')::timestamptz = u.window_end
    ) earlier
  where u.account_id = :accountId and (:feature::text is null or u.feature = :feature) and u.window_end <= :endedBy and u.used > u.invoiced
    and not exists (
      select 1 from usage_report r
      where r.account_id = :accountId and r.feature = u.feature || ' overage' and r.meter <> ''
        and r.at >= u.window_start and r.at < u.window_end
    )
  order by u.window_end, u.window_start, u.feature, u.tariff
`)

/** Units of a window at one tariff that a version of the account has used or, if negative, returned. */
export interface ChargedUnits {
  readonly version: number
  readonly feature: string
  readonly tariff: string
  readonly windowStart: Date
  readonly windowEnd: Date
  readonly units: number
}

/** Units beyond allowances after a version, of uses from a time on, in the order of the versions. */
export const chargedUnitsSince = statement<
  { accountId: string; version: number; since: Date; at: Date },
  ChargedUnits
>(`
  select l.version, l.feature, charge ->> 'tariff' as tariff, (charge ->> 'windowStart')::timestamptz as window_start,
    (charge ->> 'windowEnd')::timestamptz as window_end, sum((charge ->> 'units')::bigint)::bigint as units
  from ledger_entry l cross join lateral jsonb_array_elements(l.price -> 'charges') charge
  where l.account_id = :accountId and l.version > :version and l.price is not null and l.at >= :since
    and (charge ->> 'windowEnd')::timestamptz > :at
  group by 1, 2, 3, 4, 5
  order by l.version
`)

/**
 * Notes of uses beyond allowances up to a version that no earlier report charges, in the order of the uses. A report that was sent before the
 * first window began has no use of it.
 */
export const chargedNotes = statement<
  { accountId: string; features: readonly string[]; since: Date; toVersion: number },
  { feature: string; windowStart: Date; tariff: string; note: string }
>(`
  select l.feature, (charge ->> 'windowStart')::timestamptz as window_start, charge ->> 'tariff' as tariff, coalesce(l.note, '') as note
  from ledger_entry l cross join lateral jsonb_array_elements(l.price -> 'charges') charge
  where l.account_id = :accountId and l.version <= :toVersion and l.version > coalesce((
      select max(r.to_version) from usage_report r
      where r.account_id = :accountId and r.feature in (${INVOICED}) and r.first_sent_at < :since
    ), 0)
    and l.feature = any(:features) and l.note <> '' and l.price is not null
    and not exists (
      select 1 from usage_report r cross join lateral jsonb_array_elements(r.lines) line
      where r.account_id = :accountId and r.feature in (${INVOICED})
        and r.to_version >= l.version and r.to_version < :toVersion
        and line ->> 'feature' = l.feature and line ->> 'tariff' = charge ->> 'tariff'
        and (line ->> 'windowStart')::timestamptz = (charge ->> 'windowStart')::timestamptz
    )
  order by l.version, l.operation_no
`)

/** Subscription at the provider whose payment method is charged, and the period that it is in. */
export interface PayingSubscription {
  readonly externalId: string
  readonly status: SubscriptionStatus
  readonly cancelAt: Date | null
  readonly pause: StoredPause | null
  readonly currentPeriodStart: Date | null
  readonly currentPeriodEnd: Date | null
  readonly daysUntilDue: number | null
}

/** Reads the present subscription of an account, or the last one. One to the given versions of plans precedes others. */
export const payingSubscription = statement<
  { accountId: string; provider: string; versions: readonly string[] },
  PayingSubscription
>(`
  select external_id, status, cancel_at, pause, current_period_start, current_period_end, days_until_due from billing_subscription
  where account_id = :accountId and provider = :provider
  order by plan_version_id = any(:versions) desc, started_at desc limit 1
`)

/** Product of the plan in the first line of an invoice of the server, and whether it charges nothing but units beyond an allowance. */
export const overageOfInvoice = statement<
  { accountId: string; provider: string; invoiceId: string },
  { productId: string; overage: boolean }
>(`
  select p.product_id, bool_and(r.feature like '% overage%') over () as overage
  from usage_report r join plan p on p.code = r.lines -> 0 ->> 'plan'
  where r.account_id = :accountId and r.provider = :provider and r.invoice_id = :invoiceId
  order by r.id limit 1
`)
