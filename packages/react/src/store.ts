import type { Stackgate } from '@stackgate/client'
import type { QueryClient } from '@tanstack/react-query'
import type { BillingEvent, JoinContext } from './live/account-joins.js'
import { isAffected, OF_HOOKS, type Changes } from './live/affected.js'
import { Joins } from './live/joins.js'
import { rereadInvalidated } from './live/reread-invalidated.js'
import type { AccountId } from './query-keys.js'

/** Results and streams that hooks share for one client and one cache. Data of one client are never shown for another. */
export interface Store extends JoinContext {
  readonly joins: Joins
  /** Results that events of an account change. */
  readonly changes: Set<Changes>
  /** Calls back for each event of an account, while hooks follow it. */
  readonly subscribeToEvents: (account: AccountId | null, listener: (event: BillingEvent) => void) => () => void
}

const stores = new WeakMap<QueryClient, WeakMap<Stackgate, Store>>()
let count = 0

/** The store of a client and a cache. Providers with the same ones share it. */
export function storeOf(queryClient: QueryClient, client: Stackgate): Store {
  const ofCache = stores.get(queryClient) ?? new WeakMap<Stackgate, Store>()
  stores.set(queryClient, ofCache)
  const known = ofCache.get(client)
  if (known) return known
  rereadInvalidated(queryClient)
  const listeners = new Set<JoinContext['onEvent']>()
  const ids = new Map<unknown, string>()
  const idOf = (account: unknown = null) => ids.get(account) ?? account
  const changes = new Set([OF_HOOKS])
  const store: Store = {
    client,
    queryClient,
    scope: count++,
    changes,
    isAffected: (...change) => isAffected(changes, ...change),
    joins: new Joins(),
    ids,
    idOf,
    onEvent: (about, event) => listeners.forEach((listener) => listener(about, event)),
    subscribeToEvents: (account, onEvent) => {
      const listener: JoinContext['onEvent'] = (about, event) => {
        if (idOf(about) === idOf(account)) onEvent(event)
      }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  ofCache.set(client, store)
  return store
}
