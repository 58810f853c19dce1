import { isUsageEntry } from '#services/entitlements/model/usage-entry.js'
import { statement } from '#services/kernel/database/statement.js'
import type { PendingVersions } from './aggregate-accounts.js'
import type { SplitDateRangeParameters } from './split-date-range.js'

/** The plan of the main group that the account of ledger entry `l` had at the time of the entry. Default: the plan that every account has. */
const PLAN_OF_ENTRY = `coalesce((
    select plan.code
    from plan_assignment a join plan_version v on v.id = a.plan_version_id join plan on plan.id = v.plan_id
    where a.account_id = l.account_id and a.group_code = :group and a.since <= l.at
      and (a.ended_at is null or a.ended_at > l.at)
    order by a.since desc, a.id desc limit 1
  ), :fallback)`

/**
 * Ledger entries that are not counted yet. Entries are appended under the account lock and increment the version, so all entries
 * below a visible version are visible. They are found by their versions first: the planner, which does not know how few they are, would
 * read all entries of the accounts.
 */
export const pendingEntries = () => `unnest(:accountIds::text[], :fromVersions::bigint[], :toVersions::bigint[])
      as pending (account_id, from_version, to_version)
    cross join lateral (
      select * from ledger_entry entry
      where entry.account_id = pending.account_id and entry.version > pending.from_version and entry.version <= pending.to_version
      offset 0
    ) l`

export interface PendingEntries {
  readonly accountIds: readonly string[]
  readonly fromVersions: readonly number[]
  readonly toVersions: readonly number[]
}

/**
 * Makes concurrent aggregations wait. Commits do not wait for the disk: figures lost in a crash are computed again, because
 * their checkpoints are lost as well.
 */
export const beginAggregation = statement<{ lock: number }, { pgAdvisoryXactLock: string; setConfig: string }>(`
  select pg_advisory_xact_lock(:lock), set_config('synchronous_commit', 'off', true)
`)

/** Version ranges of accounts that are not counted yet, with the kinds of events in them. */
export const findPendingVersions = statement<
  { accountIds: readonly string[]; includeCounted: boolean; maxVersions: number },
  PendingVersions
>(`
  select a.id as account_id, coalesce(c.version, -1) as from_version, a.version,
    least(a.version, coalesce(c.version, -1) + :maxVersions) as to_version,
    c.version is null as is_new, d.is_deleted or coalesce(e.purchases, false) as purchases,
    d.is_deleted or coalesce(e.checkouts, false) as checkouts, d.is_deleted or coalesce(e.subscriptions, false) as subscriptions
  from account a
    -- A deletion deletes the events, in steps.
    cross join lateral (select a.deletion_at is not null as is_deleted) d
    left join analytics_checkpoint c on c.account_id = a.id
    left join lateral (
      select bool_or(e.type like 'purchase.%') as purchases, bool_or(e.type like 'checkout.%') as checkouts,
        bool_or(e.type like 'subscription.%' or e.type like 'plan.%') as subscriptions
      from stream_event e
      where c.version is not null and e.account_id = a.id and e.stream_id = a.id and e.sequence > c.version and e.sequence <= a.version
    ) e on true
  where a.id = any(:accountIds) and (:includeCounted or a.version > coalesce(c.version, -1))
  order by a.id
`)

/** Records the version up to which each account is counted. */
export const recordCheckpoints = statement<{ accountIds: readonly string[]; versions: readonly number[] }>(`
  insert into analytics_checkpoint (account_id, version)
  select account_id, version from unnest(:accountIds::text[], :versions::bigint[]) as counted (account_id, version)
  on conflict (account_id) do update set version = excluded.version
`)

/**
 * Writes the periods in which accounts paid for plans: from the first paid moment (after a trial) to the end of the plan. A plan that
 * follows without a gap extends the period.
 */
export const insertSubscriberPeriods = statement<{ accountIds: readonly string[] }>(`
  insert into subscriber_period (account_id, started_at, ended_at)
  select account_id, min(since), case when bool_or(ended_at is null) then null else max(ended_at) end
  from (
    select held.*, sum(begins) over (partition by account_id order by since, ended_at) as period
    from (
      select paid.*,
        case when since <= max(coalesce(ended_at, 'infinity')) over (
          partition by account_id order by since, ended_at rows between unbounded preceding and 1 preceding
        ) then 0 else 1 end as begins
      from (
        select a.account_id, greatest(a.since, s.trial_end) as since, a.ended_at
        from plan_assignment a join billing_subscription s on s.id = a.source_id and s.account_id = a.account_id
        where a.source_type = 'subscription' and a.account_id = any(:accountIds)
      ) paid
      where ended_at is null or ended_at > since
    ) held
  ) numbered
  group by account_id, period
`)

/** Adds usage to the figures of its day and plan. */
export const countUsage = statement<PendingEntries & { group: string; fallback: string }>(`
  insert into usage_daily (day, plan_code, feature, used)
  select (l.at at time zone 'UTC')::date, ${PLAN_OF_ENTRY}, l.feature, -sum(l.amount)
  from ${pendingEntries()}
  where ${isUsageEntry('l', true)}
  group by 1, 2, 3
  on conflict (day, plan_code, feature) do update set used = usage_daily.used + excluded.used
`)

/** Adds granted and expired credits to the figures of the day on which they expire. */
export const countExpiringCredits = statement<PendingEntries>(`
  insert into credit_daily (day, feature, granted, expired)
  select (g.expires_at at time zone 'UTC')::date, g.feature,
    coalesce(sum(l.amount) filter (where l.kind in ('GRANT', 'REVOKE')), 0),
    coalesce(-sum(l.amount) filter (where l.kind = 'EXPIRE'), 0)
  from ${pendingEntries()} join credit_grant g on g.id = l.grant_id and g.account_id = pending.account_id
  where l.kind in ('GRANT', 'REVOKE', 'EXPIRE') and g.expires_at is not null
  group by 1, 2
  on conflict (day, feature) do update set granted = credit_daily.granted + excluded.granted,
    expired = credit_daily.expired + excluded.expired
`)

/** Accounts with recent changes that are not counted: each version has its event. */
export const findRecentlyChanged = statement<{ withinMs: number }, { id: string }>(`
  with recent as materialized (
    select distinct account_id as id from stream_event
    where recorded_at > now() - make_interval(secs => :withinMs::float8 / 1000) and stream_id = account_id
  )
  select a.id from recent join account a using (id) left join analytics_checkpoint c on c.account_id = a.id
  where a.version > coalesce(c.version, -1)
`)

/** Accounts with a purchase whose counted state is outdated although no event reported a change. */
export const findOutdatedPurchases = statement<{ after: string; limit: number }, { id: string }>(`
  select distinct p.account_id as id from purchase p left join counted_purchase c on c.purchase_id = p.id and c.account_id = p.account_id
  where p.status <> 'PENDING' and c.reversed_minor is distinct from p.reversed_minor and p.account_id > :after
  order by id limit :limit
`)

/** Whole days from the daily table, and the edges of the range row by row. */
const SALES = `
    select day::timestamp at time zone 'UTC' as at, product_id, currency, purchases, gross_minor, reversed_minor,
      checkouts_started, checkouts_completed
    from sales_daily where day >= :firstDay::date and day < :lastDay::date
    union all
    select p.purchased_at, p.product_id, p.currency, 1, p.amount_minor, p.reversed_minor, 0, 0
    from unnest(:edgeStarts::timestamptz[], :edgeEnds::timestamptz[]) as edge (starts, ends)
      join purchase p on p.purchased_at >= edge.starts and p.purchased_at < edge.ends
    where p.status <> 'PENDING'
    union all
    select c.created_at, c.product_id, c.currency, 0, 0, 0, 1, (c.status = 'COMPLETED')::int
    from unnest(:edgeStarts::timestamptz[], :edgeEnds::timestamptz[]) as edge (starts, ends)
      join checkout c on c.created_at >= edge.starts and c.created_at < edge.ends`

/** Sums of sales. Currencies are never added up. */
export interface SalesSums {
  /** Number of received payments, including those refunded later. */
  readonly purchases: number
  readonly grossMinor: number
  /** Refunds and chargebacks of these purchases, regardless of their date. */
  readonly reversedMinor: number
  /** Started checkouts, and how many of them were paid at any time. */
  readonly checkoutsStarted: number
  readonly checkoutsCompleted: number
}

/** Sales of one product in one currency. */
export interface SalesRow extends SalesSums {
  readonly productId: string
  readonly currency: string
}

/** Sales of one period, of one product on request. */
export interface PeriodSales extends SalesSums {
  readonly period: number
  readonly productId: string | null
  readonly currency: string
}

/** Credits that reached their expiry. */
export interface ExpiredCredits {
  readonly period: number
  readonly feature: string
  /** Without revoked ones. */
  readonly granted: number
  /** The unused part. */
  readonly expired: number
}

/** Usage of a feature, of the accounts with one plan on request. */
export interface PlanUsage {
  readonly period: number
  readonly planCode: string | null
  readonly feature: string
  readonly used: number
}

/** Sales of each product by currency, never summed across currencies. */
const SALES_BY_PRODUCT = `
    select product_id, currency, sum(purchases)::bigint as purchases, sum(gross_minor)::bigint as gross_minor,
      sum(reversed_minor)::bigint as reversed_minor, sum(checkouts_started)::bigint as checkouts_started,
      sum(checkouts_completed)::bigint as checkouts_completed
    from (${SALES}
    ) sale`

/** By currency, highest revenue first, after a row with these values. */
export const salesPage = statement<
  SplitDateRangeParameters & {
    afterCurrency: string | null
    afterRevenueMinor: number | null
    afterProductId: string | null
    limit: number
  },
  SalesRow
>(`
  with sold as (${SALES_BY_PRODUCT}
    group by product_id, currency
  )
  select product_id, currency, purchases, gross_minor, reversed_minor, checkouts_started, checkouts_completed
  from sold
  where :afterCurrency::text is null
    or (currency, reversed_minor - gross_minor, product_id) > (:afterCurrency, -:afterRevenueMinor::bigint, :afterProductId::text)
  order by currency, reversed_minor - gross_minor, product_id limit :limit
`)

/** Sales by period and currency, and by product on request. */
export const sumSales = statement<
  SplitDateRangeParameters & { bounds: readonly Date[]; byProduct: boolean; productIds: readonly string[] | null },
  PeriodSales
>(`
  select period, product_id, currency, sum(purchases)::bigint as purchases, sum(gross_minor)::bigint as gross_minor,
    sum(reversed_minor)::bigint as reversed_minor, sum(checkouts_started)::bigint as checkouts_started,
    sum(checkouts_completed)::bigint as checkouts_completed
  from (
    select sale.*, width_bucket(at, :bounds::timestamptz[]) as period
    from (
      select at, case when :byProduct then product_id end as product_id, currency, purchases, gross_minor, reversed_minor,
        checkouts_started, checkouts_completed
      from (${SALES}
      ) every_sale
      where :productIds::text[] is null or product_id = any(:productIds)
    ) sale
  ) part
  group by period, product_id, currency order by currency, product_id, period
`)

/** Credits that reached their expiry, by period and feature: their number without revoked ones, and the unused part. */
export const sumExpiredCredits = statement<SplitDateRangeParameters & { bounds: readonly Date[] }, ExpiredCredits>(`
  select period, feature, sum(granted)::bigint as granted, sum(expired)::bigint as expired
  from (
    select width_bucket(day::timestamp at time zone 'UTC', :bounds::timestamptz[]) as period, feature, granted, expired
    from credit_daily where day >= :firstDay::date and day < :lastDay::date
    union all
    select width_bucket(g.expires_at, :bounds::timestamptz[]), g.feature, g.amount - g.revoked, g.expired
    from unnest(:edgeStarts::timestamptz[], :edgeEnds::timestamptz[]) as edge (starts, ends)
      join credit_grant g on g.expires_at >= edge.starts and g.expires_at < edge.ends
  ) part
  group by period, feature order by feature, period
`)

/** Usage by period and feature, and by plan on request. */
export const sumUsageByPlan = statement<
  SplitDateRangeParameters & { bounds: readonly Date[]; byPlan: boolean; group: string; fallback: string },
  PlanUsage
>(`
  select period, plan_code, feature, sum(used)::bigint as used
  from (
    select width_bucket(day::timestamp at time zone 'UTC', :bounds::timestamptz[]) as period,
      case when :byPlan then plan_code end as plan_code, feature, used
    from usage_daily where day >= :firstDay::date and day < :lastDay::date
    union all
    select width_bucket(l.at, :bounds::timestamptz[]), case when :byPlan then ${PLAN_OF_ENTRY} end, l.feature, -l.amount
    from unnest(:edgeStarts::timestamptz[], :edgeEnds::timestamptz[]) as edge (starts, ends)
      join ledger_entry l on l.at >= edge.starts and l.at < edge.ends
    where ${isUsageEntry('l')}
  ) part
  group by period, plan_code, feature order by feature, plan_code, period
`)
