import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isSliding } from '#services/catalog/definition/parse-quota-window.js'
import { slidingMs } from '../model/quota-window.js'

const MONTH_MS = 31 * 86_400_000
const known = new WeakMap<CatalogSnapshot, number>()

/** The longest stretch in which anything of a catalog is counted. */
export function maxWindowMs(catalog: CatalogSnapshot): number {
  let maximum = known.get(catalog)
  if (maximum === undefined) {
    const windows = [
      ...[...catalog.features.values()].map(({ window }) => window),
      ...[...catalog.planByVersionId.values()].flatMap((plan) => plan.features.map(({ window }) => window)),
    ]
    const lengths = windows.filter(isSliding).map(slidingMs)
    maximum = Math.max(MONTH_MS, ...lengths)
    known.set(catalog, maximum)
  }
  return maximum
}
