import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'

/** Seats of a feature. */
export interface SeatLicense {
  readonly feature: FeatureDefinition
  /** Null if unlimited. */
  readonly limit: number | null
  readonly assignedCount: number
  /** Null if unlimited. */
  readonly remaining: number | null
}

/** Pure: the seats of an account, one entry per feature of `seats` of the catalog. `only`: only that of this feature. */
export const readSeats = (catalog: CatalogSnapshot, snapshot: AccountSnapshot, only: string | null): SeatLicense[] =>
  catalog.seats.flatMap((code) => {
    const feature = catalog.features.get(code)
    if (!feature || (only !== null && only !== code)) return []
    const { limit, used, remaining, unlimited } = evaluateFeature(catalog, snapshot, feature)
    return [
      {
        feature,
        limit: unlimited ? null : (limit ?? 0),
        assignedCount: used,
        remaining: unlimited ? null : (remaining ?? 0),
      },
    ]
  })
