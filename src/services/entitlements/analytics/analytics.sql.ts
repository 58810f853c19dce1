import { isUsageEntry } from '#services/entitlements/model/usage-entry.js'
import { statement } from '#services/kernel/database/statement.js'
import type { PendingVersions } from './aggregate-accounts.js'
import type { SplitDateRangeParameters } from './split-date-range.js'

/** The plan of the main group that the account of a row had at a time. Default: the plan that every account has. */
export const planAt = (row: string, at: string): string => `coalesce((
    select plan.code
    from plan_assignment a join plan_version v on v.id = a.plan_version_id join plan on plan.id = v.plan_id
    where a.account_id = ${row}.account_id and a.group_code = :group and a.since <= ${at}
      and (a.ended_at is null or a.ended_at > ${at})
    order by a.since desc, a.id desc limit 1
  ), :fallback)`
const PLAN_OF_ENTRY = planAt('l', 'l.at')

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

/** Version ranges of accounts that are not counted yet, with the patterns that types of their events match. */
export const findPendingVersions = statement<
  { accountIds: readonly string[]; includeCounted: boolean; maxVersions: number; patterns: readonly string[] },
  PendingVersions
>(`
  select a.id as account_id, coalesce(c.version, -1) as from_version, a.version,
    least(a.version, coalesce(c.version, -1) + :maxVersions) as to_version,
    -- A deletion deletes the events, in steps.
    c.version is null or a.deletion_at is not null as is_whole, e.patterns
  from account a
    left join analytics_checkpoint c on c.account_id = a.id
    left join lateral (
      select array_agg(distinct pattern) as patterns
      from stream_event e join unnest(:patterns::text[]) as pattern on e.type like pattern
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
