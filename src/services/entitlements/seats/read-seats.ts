import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import { seatHolders, type SeatHolder } from './seat-holders.js'

/** Seats of a feature with the users who have one. */
export interface SeatLicense {
  readonly feature: FeatureDefinition
  /** Null if unlimited. */
  readonly limit: number | null
  readonly assigned: number
  /** Null if unlimited. */
  readonly remaining: number | null
  readonly holders: readonly Omit<SeatHolder, 'feature'>[]
}

/** The seats of an account, one entry per feature of `seats` of the catalog. `userId`: only this holder. */
export async function readSeats(
  sql: Sql,
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  userId: string | null = null,
): Promise<SeatLicense[]> {
  const features = catalog.seats
  if (features.length === 0) return []
  const found = await seatHolders(sql, snapshot.accountId, { features, userId })
  const holders = Map.groupBy(found, ({ feature }) => feature)
  return features.flatMap((code) => {
    const feature = catalog.features.get(code)
    if (!feature) return []
    const { limit, used, remaining, unlimited } = evaluateFeature(catalog, snapshot, feature)
    return [
      {
        feature,
        limit: unlimited ? null : (limit ?? 0),
        assigned: used,
        remaining: unlimited ? null : (remaining ?? 0),
        holders: (holders.get(code) ?? []).map(({ userId: holder, since }) => ({ userId: holder, since })),
      },
    ]
  })
}
