import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { usagePeriodStart } from '../model/usage-period.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { projectSnapshot } from '../model/project-snapshot.js'
import { loadSnapshot } from './load-snapshot.js'
import { snapshotParameters, toSnapshot } from './to-snapshot.js'
import { snapshotAsOf, usedBeforePeriod } from './snapshot.sql.js'

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
  const row = await sql.row(snapshotAsOf, { ...snapshotParameters(catalog, asOf), accountId })
  return row ? withUseBefore(sql, catalog, toSnapshot(row, catalog, asOf)) : null
}

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
  const rows = await sql.rows(usedBeforePeriod, {
    accountId: snapshot.accountId,
    features: [...since.keys()],
    periodStarts: [...since.values()],
  })
  const used = new Map(rows.map((row) => [row.id, row.used]))
  const grants = snapshot.grants.map((grant) => ({
    ...grant,
    usagePeriodStart: since.get(grant.feature) ?? grant.usagePeriodStart,
    usedBeforePeriod: used.get(grant.id) ?? 0,
  }))
  return { ...snapshot, grants }
}
