import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { TypedDocument } from '@stackgate/client'
import { useSession } from './session-context.js'

/** Name of the operation of a document: queries are found by it when an event changes what they read. */
export function operationName(document: object): string {
  const [, name] = /(?:query|mutation|subscription)\s+(\w+)/.exec(textOf(document)) ?? []
  return name ?? 'anonymous'
}

const textOf = (document: object): string => (document as { loc?: { source: { body: string } } }).loc?.source.body ?? ''

interface OperationOptions<Result> {
  readonly enabled?: boolean
  /** True to show the result of the earlier variables until the new one is read. */
  readonly keepsPrevious?: boolean
  /** Milliseconds until it is read again, for results that no event announces. False: not again. */
  readonly refetchInterval?: (data: Result | undefined) => number | false
}

/** Reads an operation. Its key has its name and its variables, among them the account. */
export function useOperation<Result, Variables extends object>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  { enabled = true, keepsPrevious = false, refetchInterval }: OperationOptions<Result> = {},
): UseQueryResult<Result> {
  const { client } = useSession()
  return useQuery({
    queryKey: [operationName(document), variables],
    queryFn: ({ signal }) => client.request<Result, Variables>(document, variables as never, { signal }),
    enabled,
    ...(keepsPrevious ? { placeholderData: keepPreviousData } : {}),
    ...(refetchInterval
      ? { refetchInterval: ({ state }: { state: { data: Result | undefined } }) => refetchInterval(state.data) }
      : {}),
  })
}
