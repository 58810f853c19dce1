import type { QueryClient, QueryKey } from '@tanstack/react-query'

/** Events that arrive within this time cause one reading, in milliseconds. */
const GATHER_MS = 250
/** Readings begin at most so often: an account can have many uses in a second. */
const SPACING_MS = 1000

/**
 * Reads again what events change. Returns a function that takes the type of an event. A query that is being read is read once more
 * afterwards: frequent events over a slow connection would cancel each reading before its result.
 */
export function readAffected(
  queries: QueryClient,
  isAffected: (key: QueryKey, type: string) => boolean,
  signal: AbortSignal,
): (type: string) => void {
  const types = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let readAt = -Infinity
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  const readAgain = () => {
    timer = undefined
    readAt = performance.now()
    const gathered = [...types]
    types.clear()
    const predicate = ({ queryKey }: { readonly queryKey: QueryKey }) =>
      gathered.some((type) => isAffected(queryKey, type))
    // A reading that an earlier event has begun is repeated.
    for (const query of queries.getQueryCache().findAll({ predicate, fetchStatus: 'fetching' }))
      query.setState({ isInvalidated: false })
    void queries.invalidateQueries({ predicate }, { cancelRefetch: false })
  }
  return (type) => {
    types.add(type)
    timer ??= setTimeout(readAgain, Math.max(GATHER_MS, readAt + SPACING_MS - performance.now()))
  }
}
