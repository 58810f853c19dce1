import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { heldPlans, NO_SUB_ACCOUNTS, type AccountSnapshot } from '../model/account-snapshot.js'
import { maxWindowMs } from './max-window.js'
import {
  toAssignment,
  toBalanceLevels,
  toGrant,
  toMemberCount,
  toOverride,
  toPackages,
  toOverageUsage,
  toRatedUsage,
  toReservation,
  toSpendCap,
  toUnitsHold,
  toUsageAlert,
  toWindowUse,
} from './parse-snapshot.js'
import {
  extendedSnapshot,
  extendedSnapshots,
  currentSnapshot,
  currentSnapshots,
  subAccountsOf,
  sweepTimes,
  type SnapshotParameters,
  type SnapshotRow,
} from './snapshot.sql.js'

/** Parameters of statements that read snapshots. */
export const snapshotParameters = (catalog: CatalogSnapshot, at: Date): SnapshotParameters => ({
  at,
  membersSince: new Date(at.getTime() - maxWindowMs(catalog)),
})

/** True if snapshots of a catalog contain overage, quantities of rate cards, spend caps, balance levels and sub-accounts. */
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
  await addOtherMachines(sql, catalog, rows)
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
  if (row) await addOtherMachines(sql, catalog, [row])
  return row ? toSnapshot(row, catalog, at) : null
}

/**
 * Adds the parts of distributed accounts that are on other machines. Read later than the state, they are never older than its version.
 */
async function addOtherMachines(sql: Sql, catalog: CatalogSnapshot, rows: readonly SnapshotRow[]): Promise<void> {
  if (!sql.isDistributed || rows.length === 0) return
  const accountIds = rows.map(({ id }) => id)
  const times = await sql.rows(sweepTimes, { accountIds })
  const found = new Map(times.map(({ key, runAt }) => [key, runAt.toISOString()]))
  for (const { id, state } of rows) Object.assign(state, { sweepAt: found.get(id) ?? null })
  if (!isExtended(catalog)) return
  const children = Map.groupBy(await sql.rows(subAccountsOf, { accountIds }), ({ parentId }) => parentId)
  for (const { id, state } of rows)
    Object.assign(state, { subAccounts: children.get(id)?.map(({ accountId }) => accountId) ?? null })
}

export function toSnapshot(
  { id, name, version, createdAt, state }: SnapshotRow,
  catalog: CatalogSnapshot,
  at: Date,
): AccountSnapshot {
  const assignments = (state.assignments ?? []).map(toAssignment)
  return {
    accountId: id,
    accountName: name,
    version,
    createdAt,
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
    levels: toBalanceLevels(state),
    usageAlerts: state.usageAlerts?.map(toUsageAlert) ?? [],
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
