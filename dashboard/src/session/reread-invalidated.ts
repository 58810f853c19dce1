import type { Query, QueryClient } from '@tanstack/react-query'

/**
 * Reads again what was invalidated while it was read for the first time. TanStack Query keeps that first result, which can be
 * older than the event.
 */
export function rereadInvalidated(queries: QueryClient): QueryClient {
  const outdated = new WeakSet<Query>()
  queries.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated') return
    const { query, action } = event
    if (action.type === 'invalidate' && query.state.data === undefined && query.state.fetchStatus !== 'idle')
      outdated.add(query)
    if (action.type === 'success' && outdated.delete(query))
      void queries.invalidateQueries({ queryKey: query.queryKey, exact: true })
  })
  return queries
}
