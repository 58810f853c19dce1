import { adaptable } from '#services/kernel/database/layout.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { heldPlans, NO_SUB_ACCOUNTS, type AccountSnapshot } from '../model/account-snapshot.js'
import { maxWindowMs } from './max-window.js'
import {
  toAlert,
  toAssignment,
  toGrant,
  toMemberCount,
  toOverride,
  toPackages,
  toOverageUsage,
  toRatedUsage,
  toReservation,
  toSpendCap,
  toUnitsHold,
  toWindowUse,
} from './parse-snapshot.js'
import {
  extendedSnapshot,
  extendedSnapshots,
  currentSnapshot,
  currentSnapshots,
  type SnapshotParameters,
  type SnapshotRow,
} from './snapshot.sql.js'

/** Parameters of statements that read snapshots. */
export const snapshotParameters = (catalog: CatalogSnapshot, at: Date): SnapshotParameters => ({
  at,
  membersSince: new Date(at.getTime() - maxWindowMs(catalog)),
})

/** True if snapshots of a catalog contain overage, quantities of rate cards, spend caps, alerts and sub-accounts. */
export const isExtended = ({
  hasOverage,
  rateCards,
  spendCaps,
  balanceAlerts,
  topUps,
  pools,
}: CatalogSnapshot): boolean =>
  hasOverage ||
  rateCards.size > 0 ||
  spendCaps.length > 0 ||
  balanceAlerts.length > 0 ||
  topUps !== null ||
  pools.length > 0

/** Current snapshots of several accounts, in one statement. */
export async function loadSnapshots(
  sql: Sql,
  catalog: CatalogSnapshot,
  accountIds: readonly string[],
  at: Date,
): Promise<Map<string, AccountSnapshot>> {
  const rows = await sql.rows(isExtended(catalog) ? extendedSnapshots : currentSnapshots, {
    ...snapshotParameters(catalog, at),
    accountIds,
  })
  await completeRows(sql, catalog, rows)
  return new Map(rows.map((row) => [row.id, toSnapshot(row, catalog, at)]))
}

/** Current snapshot of an account. Null if it does not exist. */
export async function loadSnapshot(
  sql: Sql,
  catalog: CatalogSnapshot,
  accountId: string,
  at: Date,
): Promise<AccountSnapshot | null> {
  const row = await sql.row(isExtended(catalog) ? extendedSnapshot : currentSnapshot, {
    ...snapshotParameters(catalog, at),
    accountId,
  })
  if (row) await completeRows(sql, catalog, [row])
  return row ? toSnapshot(row, catalog, at) : null
}

/** Adds to rows what their statement cannot read. On one server it can read everything. */
export const completeRows = adaptable(
  async (_sql: Sql, _catalog: CatalogSnapshot, _rows: readonly SnapshotRow[]): Promise<void> => undefined,
)

export function toSnapshot(
  { id, name, version, createdAt, timeZone, state }: SnapshotRow,
  catalog: CatalogSnapshot,
  at: Date,
): AccountSnapshot {
  const assignments = (state.assignments ?? []).map(toAssignment)
  return {
    accountId: id,
    accountName: name,
    version,
    createdAt,
    timeZone,
    at,
    assignments,
    held: heldPlans(catalog, assignments, at),
    packages: toPackages(catalog, state.packages ?? []),
    overrides: (state.overrides ?? []).map(toOverride),
    grants: (state.grants ?? []).map(toGrant),
    usage: (state.usage ?? []).map(toWindowUse),
    overage: catalog.hasOverage && state.overage !== undefined ? (state.overage ?? []).map(toOverageUsage) : null,
    unitsHold: toUnitsHold(state),
    rated: state.rated?.map(toRatedUsage) ?? [],
    caps: state.caps?.map(toSpendCap) ?? [],
    alerts: state.alerts?.map(toAlert) ?? [],
    allocated: state.allocated ?? {},
    reservations: (state.reservations ?? []).map(toReservation),
    debts: state.debts ?? {},
    members: (state.members ?? []).map(toMemberCount),
    sweepAt: state.sweepAt ? new Date(state.sweepAt) : null,
    parentId: state.parentId ?? null,
    subAccounts: state.subAccounts ? new Set(state.subAccounts) : NO_SUB_ACCOUNTS,
    pool: null,
  }
}
