import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import type { TypedDocument } from '@stackgate/client'
import { useSession } from './session-context.js'
import { operationName } from './use-operation.js'

interface PageOf {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** Reads a list page by page. `pageOf` selects the list of a result. */
export function usePages<Result, Variables extends { readonly after?: string | null }>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  pageOf: (result: Result) => PageOf | null | undefined,
  { enabled = true }: { readonly enabled?: boolean } = {},
) {
  const { client } = useSession()
  const query = useInfiniteQuery({
    queryKey: [operationName(document), variables, 'pages'],
    queryFn: ({ signal, pageParam }) =>
      client.request<Result, Variables>(document, { ...variables, after: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const page = pageOf(last)
      return page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    },
    placeholderData: keepPreviousData,
    enabled,
  })
  return { ...query, data: query.data?.pages }
}
