import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { reservationSource } from '#services/entitlements/usage/reservation-source.js'
import type { Deduction } from '#services/entitlements/usage/usage-operation.js'

/** Pure: returned units per source of the entries of an amendment, the last deduction first. Without units that were debt. */
export const returnedUnits = (
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entries: readonly LedgerEntryRow[],
): Deduction[] =>
  entries.flatMap((entry) => {
    const feature = catalog.features.get(entry.feature)
    const isReturned = entry.kind === 'ADJUST' && (entry.grantId !== null || entry.windowEnd !== null)
    return isReturned && feature
      ? [{ source: reservationSource(catalog, snapshot, feature, entry), amount: entry.amount }]
      : []
  })
