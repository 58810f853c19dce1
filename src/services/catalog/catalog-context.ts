import type { IdentityContext } from '../identity/caller.js'
import type { CatalogSnapshot } from './snapshot/catalog-snapshot.js'

/** A context that knows what is sold. */
export interface CatalogContext extends IdentityContext {
  readonly catalog: { current(): CatalogSnapshot }
}
