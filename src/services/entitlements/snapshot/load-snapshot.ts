import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { withRollover } from './load-rollover.js'
import { snapshotParameters, toSnapshot } from './to-snapshot.js'
import { extendedSnapshot, extendedSnapshots, currentSnapshot, currentSnapshots } from './snapshot.sql.js'

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
  const snapshots = rows.map((row) => toSnapshot(row, catalog, at))
  const present = new Map(snapshots.map((snapshot) => [snapshot.accountId, snapshot]))
  if (!catalog.hasRollover) return present
  for (const [index, { accountId }] of snapshots.entries()) {
    const { snapshot, isWhole } = await withRollover(sql, catalog, rows[index]!, snapshots[index]!)
    const read = isWhole ? snapshot : await loadSnapshot(sql, catalog, accountId, at)
    if (read) present.set(accountId, read)
  }
  return present
}

/** Reads of an account that changes all the time. The last one can be of its state before a change. */
const MAX_READS = 5

/** Current snapshot of an account. Null if it does not exist. */
export async function loadSnapshot(
  sql: Sql,
  catalog: CatalogSnapshot,
  accountId: string,
  at: Date,
): Promise<AccountSnapshot | null> {
  for (let count = 1; ; count++) {
    const row = await sql.row(isExtended(catalog) ? extendedSnapshot : currentSnapshot, {
      ...snapshotParameters(catalog, at),
      accountId,
    })
    if (!row) return null
    const current = toSnapshot(row, catalog, at)
    if (!catalog.hasRollover) return current
    const { snapshot, isWhole } = await withRollover(sql, catalog, row, current)
    if (isWhole || count === MAX_READS) return snapshot
  }
}
