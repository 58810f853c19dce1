import type { Query, QueryClient } from '@tanstack/react-query'
import { COMMUNITY_BILLING_INFO, ROOT } from '../query-keys.js'

const watched = new WeakSet<QueryClient>()

/**
 * Reads again what an event invalidated while it was read: that result can be older than the event. Queries of the application are left
 * alone.
 */
export function rereadInvalidated(queryClient: QueryClient): void {
  if (watched.has(queryClient)) return
  watched.add(queryClient)
  const outdated = new WeakSet<Query>()
  queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated') return
    const { query, action } = event
    const { queryKey, state } = query
    if (queryKey[0] !== ROOT && queryKey[0] !== COMMUNITY_BILLING_INFO) return
    if (action.type === 'invalidate' && state.fetchStatus !== 'idle') outdated.add(query)
    // The reading was canceled, and another one begins.
    if (action.type === 'fetch') outdated.delete(query)
    // A reading ends with its result, or with the earlier state if it failed or its last component is gone.
    if (state.fetchStatus === 'idle' && outdated.delete(query))
      void queryClient.invalidateQueries({ queryKey, exact: true })
  })
}
