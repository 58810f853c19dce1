import type { Stackgate } from '@stackgate/client'
import type { QueryClient } from '@tanstack/react-query'
import type { BillingEvent, JoinContext } from './live/account-joins.js'
import { isAffected, OF_HOOKS, type Changes } from './live/affected.js'
import { Joins } from './live/joins.js'
import { rereadInvalidated } from './live/reread-invalidated.js'
import type { AccountId } from './query-keys.js'

/** Receives an event of an account. */
export type EventListener = (account: AccountId, event: BillingEvent) => void

/** Results and streams that hooks share for one client and one cache. Data of one client are never shown for another. */
export interface Store extends JoinContext {
  readonly joins: Joins
  /** Results that events of an account change. */
  readonly changes: Set<Changes>
  /** Calls back for each event of an account that hooks follow. */
  readonly subscribeToEvents: (listener: EventListener) => () => void
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
  const listeners = new Set<EventListener>()
  const changes = new Set([OF_HOOKS])
  const store: Store = {
    client,
    queryClient,
    scope: count++,
    changes,
    isAffected: (...change) => isAffected(changes, ...change),
    joins: new Joins(),
    onEvent: (account, event) => listeners.forEach((listener) => listener(account, event)),
    subscribeToEvents: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  ofCache.set(client, store)
  return store
}
