import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { usagePeriodStart } from './usage-period.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { projectSnapshot } from './project-snapshot.js'
import { snapshotParameters, loadSnapshot, toSnapshot, type SnapshotRow } from './load-snapshot.js'

/** Assignments and grants that were active at a time; balances are summed from the ledger up to it. */
const HISTORY = `
  json_build_object(
    'assignments', (select json_agg(json_build_object('id', p.id, 'planVersionId', p.plan_version_id, 'groupCode', p.group_code,
        'sourceType', p.source_type, 'sourceId', p.source_id, 'quantity', p.quantity, 'since', p.since, 'billingAnchor', coalesce(p.billing_anchor, p.since),
        'periodEnd', p.period_end, 'expiresAt', p.expires_at))
      from plan_assignment p where p.account_id = a.id and p.since <= $1
        and (p.expires_at is null or p.expires_at > $1) and (p.ended_at is null or p.ended_at > $1)),
    'packages', (select json_agg(json_build_object('id', p.id, 'packageVersionId', p.package_version_id, 'quantity', p.quantity,
        'since', p.since, 'endsAt', p.ends_at) order by p.since, p.id)
      from package_assignment p where p.account_id = a.id and p.since <= $1
        and (p.ends_at is null or p.ends_at > $1) and (p.ended_at is null or p.ended_at > $1)),
    'overrides', (select json_agg(json_build_object('id', o.id, 'feature', o.feature, 'amount', o.amount, 'unlimited', o.unlimited,
        'reason', o.reason, 'since', o.since, 'until', o.until) order by o.since, o.id)
      from entitlement_override o where o.account_id = a.id and o.since <= $1
        and (o.until is null or o.until > $1) and (o.ended_at is null or o.ended_at > $1)),
    'grants', (select json_agg(json_build_object('id', g.id, 'feature', g.feature, 'amount', g.amount, 'used', s.used,
        'reserved', s.reserved, 'expired', 0, 'revoked', s.revoked, 'grantedAt', g.granted_at,
        'usagePeriodStart', g.granted_at, 'usedBeforePeriod', 0, 'expiresAt', g.expires_at, 'revokedAt', case when g.revoked_at <= $1 then g.revoked_at end, 'sourceKind', g.source_kind, 'sourceCode', g.source_code,
        'flags', g.flags) order by g.expires_at nulls last, g.granted_at, g.id)
      from credit_grant g cross join lateral (
        select coalesce(-sum(e.amount) filter (where e.kind = 'CONSUME'), 0) as used,
          coalesce(-sum(e.amount) filter (where e.kind in ('RESERVE', 'RELEASE')), 0) as reserved,
          coalesce(-sum(e.amount) filter (where e.kind = 'REVOKE'), 0) as revoked
        from ledger_entry e where e.account_id = a.id and e.grant_id = g.id and e.at <= $1) s
      where g.account_id = a.id and g.granted_at <= $1 and (g.expires_at is null or g.expires_at > $1)),
    'usage', (select json_agg(json_build_object('feature', u.feature, 'windowStart', u.window_start, 'windowEnd', u.window_end,
        'used', u.used, 'reserved', u.reserved))
      from (select e.feature, e.window_start, e.window_end,
          coalesce(-sum(e.amount) filter (where e.kind = 'CONSUME'), 0) as used,
          coalesce(-sum(e.amount) filter (where e.kind in ('RESERVE', 'RELEASE')), 0) as reserved
        from ledger_entry e where e.account_id = a.id and e.window_end > $1 and e.at <= $1
        group by e.feature, e.window_start, e.window_end) u),
    'allocated', (select json_object_agg(counted.feature, counted.held) from (
        select feature, count(*)::int as held from (
          select * from allocation union all select * from allocation_period) l
        where l.account_id = a.id and l.allocated_at <= $1 and (l.released_at is null or l.released_at > $1) group by feature) counted),
    'reservations', null,
    'debts', null,
    'members', (select json_agg(json_build_object('at', m.changed_at, 'members', m.members, 'peak', m.peak) order by m.changed_at)
      from member_count m where m.account_id = a.id and m.changed_at <= $1 and m.changed_at >= coalesce(
        (select max(b.changed_at) from member_count b where b.account_id = a.id and b.changed_at <= $2), timestamptz '-infinity')),
    'sweepAt', null)`

/**
 * Snapshot of an account at a past time, or projected to a future time. Null if the account does not exist. `version`
 * is the current one.
 */
export async function loadSnapshotAsOf(
  sql: Sql,
  catalog: CatalogSnapshot,
  accountId: string,
  { asOf, now }: { asOf: Date; now: Date },
): Promise<AccountSnapshot | null> {
  if (asOf >= now) {
    const snapshot = await loadSnapshot(sql, catalog, accountId, asOf)
    return snapshot && projectSnapshot(catalog, snapshot, asOf)
  }
  const row = await sql.row<SnapshotRow>(
    `select a.id, a.name, a.version, a.created_at, ${HISTORY} as facts from account a where a.id = $3`,
    [...snapshotParameters(catalog, asOf), accountId],
  )
  return row ? withUseBefore(sql, catalog, toSnapshot(row, catalog, asOf)) : null
}

const USED_BEFORE = `
  select e.grant_id as id, coalesce(-sum(e.amount), 0)::bigint as used
  from ledger_entry e join unnest($2::text[], $3::timestamptz[]) as period(feature, since) on e.feature = period.feature and e.at < period.since
  where e.account_id = $1 and e.grant_id is not null and e.kind = 'CONSUME' group by e.grant_id`

/**
 * Usage of grants before the period that contains the snapshot's time; the snapshot itself determines the start of the
 * period.
 */
async function withUseBefore(sql: Sql, catalog: CatalogSnapshot, snapshot: AccountSnapshot): Promise<AccountSnapshot> {
  const features = [...new Set(snapshot.grants.map(({ feature }) => feature))]
  const since = new Map(
    features.flatMap((code) => {
      const feature = catalog.features.get(code)
      return feature ? [[code, usagePeriodStart(snapshot, feature)] as const] : []
    }),
  )
  if (since.size === 0) return snapshot
  const rows = await sql.rows<{ id: string; used: number }>(USED_BEFORE, [
    snapshot.accountId,
    [...since.keys()],
    [...since.values()],
  ])
  const used = new Map(rows.map((row) => [row.id, row.used]))
  const grants = snapshot.grants.map((grant) => ({
    ...grant,
    usagePeriodStart: since.get(grant.feature) ?? grant.usagePeriodStart,
    usedBeforePeriod: used.get(grant.id) ?? 0,
  }))
  return { ...snapshot, grants }
}
