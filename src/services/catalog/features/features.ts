import type { CatalogContext } from '../catalog-context.js'
import type { FeatureDefinition } from '../definition/types.js'

/** Every feature, in the order of the catalog. */
export const features = (context: Pick<CatalogContext, 'catalog'>): FeatureDefinition[] => [
  ...context.catalog.current().features.values(),
]

const PREFIX = 'ftr_'

/** Global ID of a feature: features are stored in the catalog file, so that their code identifies them. */
export const featureId = (code: string): string => `${PREFIX}${code}`

/** Feature by its global ID. Null for any other ID. */
export function featureById(context: Pick<CatalogContext, 'catalog'>, id: string): FeatureDefinition | null {
  return id.startsWith(PREFIX) ? (context.catalog.current().features.get(id.slice(PREFIX.length)) ?? null) : null
}
