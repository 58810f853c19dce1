import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { heldPlans, type AccountSnapshot } from './account-snapshot.js'
import { maxWindowMs } from './max-window.js'
import {
  toAssignment,
  toGrant,
  toMemberCount,
  toOverride,
  toPackages,
  toReservation,
  toWindowUse,
  type SnapshotJson,
} from './parse-snapshot.js'

/** Facts as one JSON object per account, so that they are read by one statement and belong together. */
export const SNAPSHOT_COLUMNS = `
  json_build_object(
    'assignments', (select json_agg(json_build_object('id', p.id, 'planVersionId', p.plan_version_id, 'groupCode', p.group_code,
        'sourceType', p.source_type, 'sourceId', p.source_id, 'quantity', p.quantity, 'since', p.since, 'billingAnchor', coalesce(p.billing_anchor, p.since),
        'periodEnd', p.period_end, 'expiresAt', p.expires_at))
      from plan_assignment p where p.account_id = a.id and p.ended_at is null and (p.expires_at is null or p.expires_at > $1)),
    'packages', (select json_agg(json_build_object('id', p.id, 'packageVersionId', p.package_version_id, 'quantity', p.quantity,
        'since', p.since, 'endsAt', p.ends_at) order by p.since, p.id)
      from package_assignment p where p.account_id = a.id and p.ended_at is null and (p.ends_at is null or p.ends_at > $1)),
    'overrides', (select json_agg(json_build_object('id', o.id, 'feature', o.feature, 'amount', o.amount, 'unlimited', o.unlimited,
        'reason', o.reason, 'since', o.since, 'until', o.until) order by o.since, o.id)
      from entitlement_override o where o.account_id = a.id and o.ended_at is null and (o.until is null or o.until > $1)),
    'grants', (select json_agg(json_build_object('id', g.id, 'feature', g.feature, 'amount', g.amount, 'used', g.used,
        'reserved', g.reserved, 'expired', g.expired, 'revoked', g.revoked, 'grantedAt', g.granted_at,
        'usagePeriodStart', coalesce(g.usage_period_start, g.granted_at), 'usedBeforePeriod', g.used_before_period, 'expiresAt', g.expires_at,
        'revokedAt', g.revoked_at, 'sourceKind', g.source_kind, 'sourceCode', g.source_code, 'flags', g.flags)
        order by g.expires_at nulls last, g.granted_at, g.id)
      from credit_grant g where g.account_id = a.id and g.open),
    'usage', (select json_agg(json_build_object('feature', u.feature, 'windowStart', u.window_start, 'windowEnd', u.window_end,
        'used', u.used, 'reserved', u.reserved))
      from quota_usage u where u.account_id = a.id and u.window_end > $1),
    'allocated', (select json_object_agg(counted.feature, counted.held) from (
        select feature, count(*)::int as held from allocation l where l.account_id = a.id and l.released_at is null group by feature) counted),
    'reservations', (select json_agg(json_build_object('version', r.version, 'operationNo', r.operation_no, 'feature', r.feature, 'amount', r.amount,
        'parts', r.parts, 'reference', r.reference, 'expiresAt', r.expires_at, 'createdAt', r.created_at) order by r.version, r.operation_no)
      from reservation r where r.account_id = a.id and r.status = 'HELD'),
    'debts', (select json_object_agg(d.feature, d.amount) from credit_debt d where d.account_id = a.id and d.amount > 0),
    'members', (select json_agg(json_build_object('at', m.changed_at, 'members', m.members, 'peak', m.peak) order by m.changed_at)
      from member_count m where m.account_id = a.id and m.changed_at >= coalesce(
        (select max(b.changed_at) from member_count b where b.account_id = a.id and b.changed_at <= $2), timestamptz '-infinity')),
    'sweepAt', (select d.run_at from scheduled_job d where d.kind = 'entitlements.sweep' and d.key = a.id))`

/** An account with its snapshot, as the statement returns it. */
export interface SnapshotRow {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly createdAt: Date
  readonly facts: SnapshotJson
}

const COLUMNS = `a.id, a.name, a.version, a.created_at, ${SNAPSHOT_COLUMNS} as facts from account a`

/**
 * `pg_temp.account_snapshot(at, since, account)`, for connections that read snapshots thousands of times a second. A
 * statement that rarely needs a snapshot would otherwise prepare its ten queries on every call, which took longer than
 * the rest of the statement.
 */
export const SNAPSHOT_FUNCTION = `
  create or replace function pg_temp.account_snapshot(timestamptz, timestamptz, text) returns json stable language plpgsql as $function$
  begin
    return (select json_build_object('id', a.id, 'name', a.name, 'version', a.version, 'createdAt', a.created_at, 'facts', ${SNAPSHOT_COLUMNS})
      from account a where a.id = $3);
  end $function$`

/** The first two values that `FACTS` takes: the moment, and since when members are looked at. */
export const snapshotParameters = (catalog: CatalogSnapshot, at: Date): [Date, Date] => [
  at,
  new Date(at.getTime() - maxWindowMs(catalog)),
]

/** The facts of several accounts as they are now, in one statement. */
export async function loadSnapshots(
  sql: Sql,
  catalog: CatalogSnapshot,
  accountIds: readonly string[],
  at: Date,
): Promise<Map<string, AccountSnapshot>> {
  const rows = await sql.rows<SnapshotRow>(`select ${COLUMNS} where a.id = any($3)`, [
    ...snapshotParameters(catalog, at),
    accountIds,
  ])
  return new Map(rows.map((row) => [row.id, toSnapshot(row, catalog, at)]))
}

/** Current snapshot of an account. Null if it does not exist. */
export async function loadSnapshot(
  sql: Sql,
  catalog: CatalogSnapshot,
  accountId: string,
  at: Date,
): Promise<AccountSnapshot | null> {
  const row = await sql.row<SnapshotRow>(`select ${COLUMNS} where a.id = $3`, [
    ...snapshotParameters(catalog, at),
    accountId,
  ])
  return row ? toSnapshot(row, catalog, at) : null
}

export function toSnapshot(
  { id, name, version, createdAt, facts: snapshot }: SnapshotRow,
  catalog: CatalogSnapshot,
  at: Date,
): AccountSnapshot {
  const assignments = (snapshot.assignments ?? []).map(toAssignment)
  return {
    accountId: id,
    accountName: name,
    version,
    createdAt,
    at,
    assignments,
    held: heldPlans(catalog, assignments, at),
    packages: toPackages(catalog, snapshot.packages ?? []),
    overrides: (snapshot.overrides ?? []).map(toOverride),
    grants: (snapshot.grants ?? []).map(toGrant),
    usage: (snapshot.usage ?? []).map(toWindowUse),
    allocated: snapshot.allocated ?? {},
    reservations: (snapshot.reservations ?? []).map(toReservation),
    debts: snapshot.debts ?? {},
    members: (snapshot.members ?? []).map(toMemberCount),
    sweepAt: snapshot.sweepAt ? new Date(snapshot.sweepAt) : null,
  }
}
