import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { createCache } from '#services/kernel/cache/create-cache.js'

/** Cache of account snapshots. A cached snapshot may be used only if the statement verifies its version. */
export interface SnapshotCache {
  get(accountId: string): AccountSnapshot | undefined
  set(snapshot: AccountSnapshot): void
  evict(accountId: string): void
}

/** Maximum number of cached accounts; the least recently used are evicted first. */
const REMEMBERED_ACCOUNTS = 20_000

/** Facts are kept for one catalog: another one may read them differently. */
export function createSnapshotCache(catalog: { current(): CatalogSnapshot }): SnapshotCache {
  const cache = createCache<string, AccountSnapshot>(REMEMBERED_ACCOUNTS)
  let of = catalog.current()
  const current = () => {
    const now = catalog.current()
    if (now !== of) cache.clear()
    of = now
    return cache
  }
  return {
    get: (accountId) => current().get(accountId),
    // A result of a slow read must not replace that of a later one.
    set: (snapshot) => {
      const known = current().get(snapshot.accountId)
      if (!known || known.version <= snapshot.version) cache.set(snapshot.accountId, snapshot)
    },
    evict: (accountId) => void cache.delete(accountId),
  }
}
