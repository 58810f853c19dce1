import { LRUCache } from 'lru-cache'
import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import type { RightsFacts } from '../rights/facts.js'

/** Facts by account. They are believed exactly as far as a statement proves their version. */
export interface RememberedFacts {
  get(accountId: string): RightsFacts | undefined
  set(facts: RightsFacts): void
  forget(accountId: string): void
}

/** Facts of so many accounts are remembered; the least recently used are forgotten first. */
const REMEMBERED_ACCOUNTS = 20_000

/** Facts are kept for one catalog: another one may read them differently. */
export function rememberFacts(catalog: { current(): CatalogSnapshot }): RememberedFacts {
  const cache = new LRUCache<string, RightsFacts>({ max: REMEMBERED_ACCOUNTS })
  let of = catalog.current()
  const current = () => {
    const now = catalog.current()
    if (now !== of) cache.clear()
    of = now
    return cache
  }
  return {
    get: (accountId) => current().get(accountId),
    // An answer that was long under way knows less than one that overtook it.
    set: (facts) => {
      const known = current().get(facts.accountId)
      if (!known || known.version <= facts.version) cache.set(facts.accountId, facts)
    },
    forget: (accountId) => void cache.delete(accountId),
  }
}
