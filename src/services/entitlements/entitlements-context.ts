import type { CatalogContext } from '../catalog/catalog-context.js'
import type { EntitlementEngine } from './engine/engine.js'

/** A context in which entitlements can be used. */
export interface EntitlementsContext extends CatalogContext {
  readonly entitlements: EntitlementEngine
}
