import type { TypedDocument } from '@stackgate/client'
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useMemo } from 'react'
import { OF_OPERATIONS } from '../live/affected.js'
import { billingJoin } from '../live/account-joins.js'
import { useStackgateContext } from '../provider.js'
import { accountIn, operationKey, operationOf } from '../query-keys.js'
import { QUERY_DEFAULTS, useJoin } from '../query.js'

/** Options of `useOperation`. */
export interface OperationOptions<Result> {
  /** False: nothing is read. Default: true. */
  readonly enabled?: boolean | undefined
  /** True to show the result of the earlier variables until the new one is read. */
  readonly keepsPrevious?: boolean | undefined
  /** Milliseconds until it is read again, for results that no event announces. False: not again. */
  readonly refetchInterval?: ((data: Result | undefined) => number | false) | undefined
}

/** Name of the operation of a document. */
const nameOf = (document: object): string =>
  /(?:query|mutation|subscription)\s+(\w+)/.exec(
    (document as { loc?: { source: { body: string } } }).loc?.source.body ?? '',
  )?.[1] ?? 'anonymous'

/**
 * Reads a document of `@stackgate/client/documents`, and again when an event of the account in its variables changes it. A field that the
 * caller may not read is an error: the other hooks have null instead.
 */
export function useOperation<Result, Variables extends object>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  { enabled = true, keepsPrevious = false, refetchInterval }: OperationOptions<Result> = {},
): UseQueryResult<Result> {
  const context = useStackgateContext()
  const { client, joins, scope } = context
  context.changes.add(OF_OPERATIONS)
  const account = accountIn(variables)
  const join = enabled && account !== undefined ? billingJoin(context, account) : undefined
  useJoin(join)
  return useQuery({
    ...QUERY_DEFAULTS,
    queryKey: operationKey(scope, nameOf(document), variables),
    queryFn: async ({ signal }) => {
      // A response behind the cursor of the stream misses no change.
      if (join) await joins.ready(join).catch(() => undefined)
      return client.request<Result, Variables>(document, variables, { signal })
    },
    enabled,
    ...(keepsPrevious ? { placeholderData: keepPreviousData } : {}),
    ...(refetchInterval
      ? { refetchInterval: ({ state }: { state: { data: Result | undefined } }) => refetchInterval(state.data) }
      : {}),
  })
}

/** Results of operations that the hooks hold. */
export interface Operations {
  /** Reads operations again by their names, for example `Viewer`. */
  readonly refetch: (...names: readonly string[]) => Promise<void>
  /** Changes the result of `useOperation` with the same document and variables, if it was read. */
  readonly update: <Result, Variables extends object>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    change: (data: Result) => Result,
  ) => void
}

/** The results that the hooks hold, for mutations and streams of your own. */
export function useOperations(): Operations {
  const { queryClient, scope } = useStackgateContext()
  return useMemo(
    () => ({
      refetch: (...names) =>
        queryClient.invalidateQueries({
          predicate: ({ queryKey }) => names.includes(operationOf(queryKey, scope) ?? ''),
        }),
      update: <Result, Variables extends object>(
        document: TypedDocument<Result, Variables>,
        variables: Variables,
        change: (data: Result) => Result,
      ) =>
        void queryClient.setQueryData<Result>(
          operationKey(scope, nameOf(document), variables),
          (data) => data && change(data),
        ),
    }),
    [queryClient, scope],
  )
}
