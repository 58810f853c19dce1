import type { CatalogContext } from '../catalog-context.js'
import type { CatalogPlan } from '../snapshot/catalog-snapshot.js'

/** Versions of a plan, newest first; those of one account are the last. Operators only. */
export function planVersions(context: CatalogContext, planId: string): CatalogPlan[] {
  return [...context.catalog.current().planByVersionId.values()]
    .filter((version) => version.id === planId)
    .toSorted((left, right) => right.version - left.version)
}
