import { USE_TEXT_NAMES } from '#entities/entitlements/use-texts.js'
import { statement, type Statement } from '#services/kernel/database/statement.js'
import { isOverageEntry } from '../model/overage.js'
import type { SnapshotJson } from './parse-snapshot.js'

/** An account with its state. */
export interface SnapshotRow {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly createdAt: Date
  readonly timeZone: string | null
  readonly state: SnapshotJson
}

/** An account with its present state. */
export interface CurrentRow extends SnapshotRow {
  /** Time until which what rolled over is written. Null if that was never looked for. */
  readonly rolledUntil: Date | null
}

/** Time of the snapshot, and the start of the longest window in which members are counted. */
export interface SnapshotParameters {
  readonly at: Date
  readonly membersSince: Date
}

const ASSIGNMENT = `'id', p.id, 'planVersionId', p.plan_version_id, 'groupCode', p.group_code,
        'sourceType', p.source_type, 'sourceId', p.source_id, 'quantity', p.quantity, 'currency', p.currency, 'since', p.since, 'billingAnchor', coalesce(p.billing_anchor, p.since), 'windowsSince', p.windows_since, 'raises', p.raises,
        'periodEnd', p.period_end`

/**
 * State of an account `a` as one JSON object: one statement reads it, so that its parts belong together. `at` and
 * `membersSince` are the SQL of the parameters.
 */
export const currentState = (at: string, membersSince: string): string => stateWith(at, membersSince, '')

/** SQL of the time after whose windows an account can still change: the present, or the start of its oldest open reservation. */
const openSince = (at: string): string =>
  `least(${at}, (select min(r.created_at) from reservation r where r.account_id = a.id and r.status = 'HELD'))`

/** The state with overage, quantities of rate cards, spend caps, alerts and sub-accounts. Catalogs without any do not read them. */
export const extendedState = (at: string, membersSince: string): string =>
  stateWith(
    at,
    membersSince,
    `
    'overageThreshold', a.overage_threshold, 'overageEndsAt', a.overage_ends_at, 'overageEndReason', a.overage_end_reason,
    'overage', (select json_agg(json_build_object('feature', u.feature, 'windowStart', u.window_start, 'windowEnd', u.window_end,
        'tariff', u.tariff, 'used', u.used, 'reserved', u.reserved, 'invoiced', u.invoiced))
      from overage_usage u where u.account_id = a.id and u.window_end > ${openSince(at)}),
    'rated', (select json_agg(json_build_object('feature', u.feature, 'line', u.line, 'windowStart', u.window_start, 'windowEnd', u.window_end,
        'quantity', u.quantity, 'fraction', u.fraction))
      from rated_usage u where u.account_id = a.id and u.window_end > ${at}),
    'caps', (select json_agg(json_build_object('id', c.id, 'feature', c.feature, 'period', c.period, 'setByOperator', c.set_by_operator, 'amount', c.amount,
        'currency', c.currency, 'subAccountId', c.sub_account_id, 'userId', c.user_id, 'alertPercents', c.alert_percents,
        'periodStart', c.period_start, 'used', c.used, 'roundedUp', c.rounded_up) order by c.since, c.id)
      from spend_cap c where c.account_id = a.id and c.ended_at is null),
    'alerts', (select json_agg(json_build_object('id', l.id, 'feature', l.feature, 'basis', l.basis, 'percent', l.percent, 'units', l.units,
        'base', l.base, 'basedAt', l.based_at, 'armed', l.armed, 'crossings', l.crossings) order by l.since, l.id)
      from alert l where l.account_id = a.id and l.ended_at is null and l.basis <> 'FORECAST'),
    'past', ${pastAssignments(at)},
    'parentId', (select s.parent_id from sub_account s where s.account_id = a.id),
    'subAccounts', ${subAccounts()},`,
  )

/** Plans of subscriptions that have ended since the oldest time of a fact, each with its end. */
const pastAssignments = (
  at: string,
): string => `(select json_agg(json_build_object(${ASSIGNMENT}, 'expiresAt', least(p.ended_at, p.expires_at)))
      from plan_assignment p where p.account_id = a.id and p.source_type = 'subscription'
        and least(p.ended_at, p.expires_at) <= ${at} and least(p.ended_at, p.expires_at) > cast(${at} as timestamptz) - interval '35 days')`

/** The next sweep of account `a`. */
export const nextSweep = (): string =>
  `(select d.run_at from scheduled_job d where d.kind = 'entitlements.sweep' and d.key = a.id)`

/** The sub-accounts of account `a`. */
export const subAccounts = (): string => `(select json_agg(s.account_id) from sub_account s where s.parent_id = a.id)`

const stateWith = (at: string, membersSince: string, more: string): string => `
  json_build_object(${more}
    'assignments', (select json_agg(json_build_object(${ASSIGNMENT}, 'expiresAt', p.expires_at))
      from plan_assignment p where p.account_id = a.id and p.ended_at is null and (p.expires_at is null or p.expires_at > ${at})),
    'packages', (select json_agg(json_build_object('id', p.id, 'packageVersionId', p.package_version_id, 'quantity', p.quantity,
        'since', p.since, 'endsAt', p.ends_at, 'raises', p.raises) order by p.since, p.id)
      from package_assignment p where p.account_id = a.id and p.ended_at is null and (p.ends_at is null or p.ends_at > ${at})),
    'overrides', (select json_agg(json_build_object('id', o.id, 'feature', o.feature, 'amount', o.amount, 'unlimited', o.unlimited,
        'reason', o.reason, 'since', o.since, 'until', o.until) order by o.since, o.id)
      from entitlement_override o where o.account_id = a.id and o.ended_at is null and (o.until is null or o.until > ${at})),
    'grants', (select json_agg(json_build_object('id', g.id, 'feature', g.feature, 'amount', g.amount, 'used', g.used,
        'reserved', g.reserved, 'expired', g.expired, 'revoked', g.revoked, 'grantedAt', g.granted_at,
        'usagePeriodStart', coalesce(g.usage_period_start, g.granted_at), 'usedBeforePeriod', g.used_before_period, 'expiresAt', g.expires_at,
        'revokedAt', g.revoked_at, 'sourceKind', g.source_kind, 'sourceCode', g.source_code, 'flags', g.flags)
        order by g.expires_at nulls last, g.granted_at, g.id)
      from credit_grant g where g.account_id = a.id and g.open),
    'usage', (select json_agg(json_build_object('feature', u.feature, 'windowStart', u.window_start, 'windowEnd', u.window_end,
        'used', u.used, 'reserved', u.reserved))
      from quota_usage u where u.account_id = a.id and u.window_end > ${openSince(at)}),
    'allocated', (select json_object_agg(counted.feature, counted.held) from (
        select feature, count(*)::int as held from allocation l where l.account_id = a.id and l.released_at is null group by feature) counted),
    'reservations', (select json_agg(json_build_object('version', r.version, 'operationNo', r.operation_no, 'feature', r.feature, 'amount', r.amount,
        'parts', r.parts, 'terms', r.terms, 'subAccountId', r.sub_account_id, 'userId', r.user_id, ${USE_TEXT_NAMES.map((name) => `'${name}', r.${name}`).join(', ')}, 'expiresAt', r.expires_at, 'createdAt', r.created_at) order by r.version, r.operation_no)
      from reservation r where r.account_id = a.id and r.status = 'HELD'),
    'debts', (select json_object_agg(d.feature, d.amount) from credit_debt d where d.account_id = a.id and d.amount > 0),
    'members', (select json_agg(json_build_object('at', m.changed_at, 'members', m.members, 'peak', m.peak) order by m.changed_at)
      from member_count m where m.account_id = a.id and m.changed_at >= coalesce(
        (select max(b.changed_at) from member_count b where b.account_id = a.id and b.changed_at <= ${membersSince}), timestamptz '-infinity')),
    'sweepAt', ${nextSweep()})`

const readsState = <Parameters extends SnapshotParameters>(
  state: string,
  condition: string,
): Statement<Parameters, CurrentRow> =>
  statement(`
  select a.id, a.name, a.version, a.created_at, a.time_zone, a.rolled_until, ${state} as state
  from account a where ${condition}
`)

interface OfAccounts extends SnapshotParameters {
  readonly accountIds: readonly string[]
}

interface OfAccount extends SnapshotParameters {
  readonly accountId: string
}

/** Current state of accounts. */
export const currentSnapshots = readsState<OfAccounts>(currentState(':at', ':membersSince'), 'a.id = any(:accountIds)')

/** Current state of an account. */
export const currentSnapshot = readsState<OfAccount>(currentState(':at', ':membersSince'), 'a.id = :accountId')

/** Current state of accounts, with quantities of rate cards, spend caps and alerts. */
export const extendedSnapshots = readsState<OfAccounts>(
  extendedState(':at', ':membersSince'),
  'a.id = any(:accountIds)',
)

/** Current state of an account, with quantities of rate cards, spend caps and alerts. */
export const extendedSnapshot = readsState<OfAccount>(extendedState(':at', ':membersSince'), 'a.id = :accountId')

/** Assignments and grants that were active at a time; balances are summed from the ledger up to it. */
const STATE_AT = `
  json_build_object(
    'assignments', (select json_agg(json_build_object(${ASSIGNMENT}, 'expiresAt', p.expires_at))
      from plan_assignment p where p.account_id = a.id and p.since <= :at
        and (p.expires_at is null or p.expires_at > :at) and (p.ended_at is null or p.ended_at > :at)),
    'packages', (select json_agg(json_build_object('id', p.id, 'packageVersionId', p.package_version_id, 'quantity', p.quantity,
        'since', p.since, 'endsAt', p.ends_at, 'raises', p.raises) order by p.since, p.id)
      from package_assignment p where p.account_id = a.id and p.since <= :at
        and (p.ends_at is null or p.ends_at > :at) and (p.ended_at is null or p.ended_at > :at)),
    'overrides', (select json_agg(json_build_object('id', o.id, 'feature', o.feature, 'amount', o.amount, 'unlimited', o.unlimited,
        'reason', o.reason, 'since', o.since, 'until', o.until) order by o.since, o.id)
      from entitlement_override o where o.account_id = a.id and o.since <= :at
        and (o.until is null or o.until > :at) and (o.ended_at is null or o.ended_at > :at)),
    'grants', (select json_agg(json_build_object('id', g.id, 'feature', g.feature, 'amount', g.amount, 'used', s.used,
        'reserved', s.reserved, 'expired', 0, 'revoked', s.revoked, 'grantedAt', g.granted_at,
        'usagePeriodStart', g.granted_at, 'usedBeforePeriod', 0, 'expiresAt', g.expires_at, 'revokedAt', case when g.revoked_at <= :at then g.revoked_at end, 'sourceKind', g.source_kind, 'sourceCode', g.source_code,
        'flags', g.flags) order by g.expires_at nulls last, g.granted_at, g.id)
      from credit_grant g cross join lateral (
        select coalesce(-sum(e.amount) filter (where e.kind in ('CONSUME', 'ADJUST')), 0) as used,
          coalesce(-sum(e.amount) filter (where e.kind in ('RESERVE', 'RELEASE')), 0) as reserved,
          coalesce(-sum(e.amount) filter (where e.kind = 'REVOKE'), 0) as revoked
        from ledger_entry e where e.account_id = a.id and e.grant_id = g.id and e.at <= :at) s
      where g.account_id = a.id and g.granted_at <= :at and (g.expires_at is null or g.expires_at > :at)),
    'usage', (select json_agg(json_build_object('feature', u.feature, 'windowStart', u.window_start, 'windowEnd', u.window_end,
        'used', u.used, 'reserved', u.reserved))
      from (select e.feature, e.window_start, e.window_end,
          coalesce(-sum(e.amount) filter (where e.kind in ('CONSUME', 'ADJUST')), 0) as used,
          coalesce(-sum(e.amount) filter (where e.kind in ('RESERVE', 'RELEASE')), 0) as reserved
        from ledger_entry e where e.account_id = a.id and e.window_end > :at and e.at <= :at and not (${isOverageEntry('e')})
        group by e.feature, e.window_start, e.window_end) u),
    'allocated', (select json_object_agg(counted.feature, counted.held) from (
        select feature, count(*)::int as held from (
          select * from allocation union all select * from allocation_period) l
        where l.account_id = a.id and l.allocated_at <= :at and (l.released_at is null or l.released_at > :at) group by feature) counted),
    'reservations', null,
    'debts', null,
    'members', (select json_agg(json_build_object('at', m.changed_at, 'members', m.members, 'peak', m.peak) order by m.changed_at)
      from member_count m where m.account_id = a.id and m.changed_at <= :at and m.changed_at >= coalesce(
        (select max(b.changed_at) from member_count b where b.account_id = a.id and b.changed_at <= :membersSince), timestamptz '-infinity')),
    'sweepAt', null)`

/** State of an account at a past time. */
export const snapshotAsOf = statement<SnapshotParameters & { accountId: string }, SnapshotRow>(`
  select a.id, a.name, a.version, a.created_at, a.time_zone, ${STATE_AT} as state from account a where a.id = :accountId
`)

/** Used units of each grant before the usage period of its feature. */
export const usedBeforePeriod = statement<
  { accountId: string; features: readonly string[]; periodStarts: readonly Date[] },
  { id: string; used: number }
>(`
  select e.grant_id as id, coalesce(-sum(e.amount), 0)::bigint as used
  from ledger_entry e
  join unnest(:features::text[], :periodStarts::timestamptz[]) as period(feature, since)
    on e.feature = period.feature and e.at < period.since
  where e.account_id = :accountId and e.grant_id is not null and e.kind in ('CONSUME', 'ADJUST')
  group by e.grant_id
`)
