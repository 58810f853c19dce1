import type { IdentityContext } from '../identity/model/caller.js'
import type { LiveCatalog } from './snapshot/open-catalog.js'

/** A context that knows what is sold. */
export interface CatalogContext extends IdentityContext {
  readonly catalog: Pick<LiveCatalog, 'current' | 'reload'>
}
