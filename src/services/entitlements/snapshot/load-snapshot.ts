import { adaptable } from '#services/kernel/database/layout.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { withRollover, withRollovers } from './load-rollover.js'
import { snapshotParameters, toSnapshot } from './to-snapshot.js'
import {
  extendedSnapshot,
  extendedSnapshots,
  currentSnapshot,
  currentSnapshots,
  type SnapshotRow,
} from './snapshot.sql.js'

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
  const snapshots = rows.map((row) => toSnapshot(row, catalog, at))
  const present = catalog.hasRollover ? await withRollovers(sql, catalog, rows, snapshots) : snapshots
  return new Map(present.map((snapshot) => [snapshot.accountId, snapshot]))
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
  if (!row) return null
  const snapshot = toSnapshot(row, catalog, at)
  return catalog.hasRollover ? withRollover(sql, catalog, row, snapshot) : snapshot
}

/** Adds to rows what their statement cannot read. On one server it can read everything. */
export const completeRows = adaptable(
  async (_sql: Sql, _catalog: CatalogSnapshot, _rows: readonly SnapshotRow[]): Promise<void> => undefined,
)
