import { StackgateError, type Denial, type TypedDocument } from '@stackgate/client'
import { useInfiniteQuery, useQuery, type QueryKey } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { billingJoin } from './live/account-joins.js'
import type { Join, LiveState } from './live/joins.js'
import { outcomeOf } from './mutation.js'
import { useStackgateContext } from './provider.js'
import { queryKey, type AccountId } from './query-keys.js'

/** State of a query. */
export interface QueryResult<Data> {
  /** Undefined until the first response, and for another account until its own. */
  readonly data: Data | undefined
  /** Refusal that the query returned as a result. Null if there is none. */
  readonly denial: Denial | null
  readonly error: StackgateError | null
  /** True until the first response or error. */
  readonly isPending: boolean
  /** True while changes arrive by themselves. */
  readonly isLive: boolean
  /** Reads again. */
  readonly refetch: () => Promise<unknown>
}

/** Data are fresh for so long. Streams make them be read again earlier. */
const STALE_MS = 30_000

/** Data that could not be read again are read after this time. */
const REPEAT_MS = 15_000

interface ReadQuery {
  readonly state: { readonly error: Error | null; readonly data: unknown }
}

/** Options of all queries: failures are repeated by the client, and streams report changes. */
export const QUERY_DEFAULTS = {
  staleTime: STALE_MS,
  refetchInterval: ({ state }: ReadQuery) => !!state.error && !!state.data && REPEAT_MS,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
  retry: false,
  networkMode: 'always',
} as const

const IDLE: LiveState = { status: 'idle' }
const serverState = (): LiveState => IDLE

/** Keeps joins open while the component is mounted, and returns the state of the first. */
export function useJoin(join: Join | undefined): LiveState {
  const { joins } = useStackgateContext()
  const id = join?.id
  useEffect(() => (join ? joins.acquire(join) : undefined), [joins, id])
  return useJoinState(id)
}

/** State of a join that something else keeps open. */
export function useJoinState(id: string | undefined): LiveState {
  const { joins } = useStackgateContext()
  return useSyncExternalStore(joins.subscribe, () => (id === undefined ? IDLE : joins.stateOf(id)), serverState)
}

/** Account of a hook: its own, or that of the provider. Null if no user is signed in. */
export function useAccountId(own: string | undefined): AccountId | null {
  const { accountId } = useStackgateContext()
  const id = own ?? accountId
  // A value that is no text names no account, like an ID that is not known yet.
  return id === undefined || isText(id) ? id : null
}

const isText = (id: unknown): boolean => typeof id === 'string' && id.trim() !== ''

/** Reference of the account of a community. Empty, which names no account, if the ID is no text. */
export const communityAccount = (id: string): string => (isText(id) ? `community:${id}` : '')

/** A client without the rule that variables can be left out. */
interface LooseClient {
  request<Result>(document: TypedDocument<Result, never>, variables: unknown, options: object): Promise<Result>
  requestPartial<Result>(
    document: TypedDocument<Result, never>,
    variables: unknown,
    options: object,
  ): Promise<{ readonly data: Result; readonly errors: readonly StackgateError[] }>
}

const FORBIDDEN: readonly string[] = ['FORBIDDEN', 'UNAUTHENTICATED']

/** Returns a function that reads a document after the stream of the account has begun, so that no change is missed. A null account has no stream. */
function useReading(account: AccountId | null) {
  const context = useStackgateContext()
  const { client, joins } = context
  const join = account === null ? undefined : billingJoin(context, account)
  const state = useJoin(join)
  /** Reads what the caller may read: forbidden fields are null. */
  const read = async <Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    signal: AbortSignal,
  ): Promise<Result> => {
    if (join) await joins.ready(join).catch(() => undefined)
    const options = { account: account ?? undefined, signal }
    const { data, errors } = await (client as unknown as LooseClient).requestPartial(document, variables, options)
    const isEmpty = Object.values(Object(data) as object).every((value) => value === null)
    const failed = errors.find(({ code }) => isEmpty || !FORBIDDEN.includes(code))
    if (failed) throw failed
    return data
  }
  return { state, read, scope: context.scope }
}

/** Query of a hook. */
export interface QuerySpec<Result, Variables, Data> {
  /** Name in the key. */
  readonly name: string
  readonly document: TypedDocument<Result, Variables>
  readonly variables: Variables
  /** Null: no user is signed in, and nothing is read. Undefined: the current account. */
  readonly account: AccountId | null
  /** Reads without an account, as price lists do. */
  readonly isPublic?: boolean
  readonly isEnabled?: boolean
  readonly root?: string
  readonly select: (result: Result) => Data
}

/** Reads a document, and again whenever an event of the account arrives. */
export function useStackgateQuery<Result, Variables, Data>(
  spec: QuerySpec<Result, Variables, Data>,
): QueryResult<Data> {
  const { name, document, variables, account, isPublic = false, isEnabled = true, root, select } = spec
  const enabled = isEnabled && (isPublic || account !== null)
  const { state, read, scope } = useReading(enabled && !isPublic ? account : null)
  const key = queryKey(scope, isPublic ? 'public' : (account ?? undefined), name, variables)
  const query = useQuery({
    ...QUERY_DEFAULTS,
    queryKey: root ? [root, ...key.slice(1)] : key,
    enabled,
    queryFn: ({ signal }) => read(document, variables, signal),
    select,
  })
  return resultOf(query, state)
}

/** A state that a stream keeps up to date under a key. */
export function useLiveQuery<Result, Data = Result>(
  key: QueryKey,
  join: Join | undefined,
  select?: (result: Result) => Data,
): QueryResult<Data> {
  const { joins, queryClient } = useStackgateContext()
  const state = useJoin(join)
  const query = useQuery<Result, Error, Data>({
    ...QUERY_DEFAULTS,
    queryKey: key,
    enabled: join !== undefined,
    queryFn: async () => {
      await joins.ready(join!)
      return queryClient.getQueryData<Result>(key)!
    },
    ...(select ? { select } : {}),
  })
  return resultOf(query, state)
}

interface QueryLike<Data> {
  readonly data: Data | undefined
  readonly error: unknown
  readonly isPending: boolean
  readonly isLoading: boolean
  readonly refetch: () => Promise<unknown>
}

/** Form of results of queries. */
export const resultOf = <Data>(query: QueryLike<Data>, state: LiveState): QueryResult<Data> => ({
  data: query.data,
  ...outcomeOf(query.error),
  isPending: query.isPending,
  isLive: state.status === 'live',
  refetch: query.refetch,
})

/** A list that is read in pages. */
export interface ListResult<Item> extends QueryResult<readonly Item[]> {
  /** True if `loadMore` has something to read. */
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  /** Reads the next page. */
  readonly loadMore: () => void
}

interface Page<Item> {
  readonly nodes: readonly Item[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** Reads a list of an account page by page, and again whenever an event of the account arrives. */
export function useList<Result, Variables, Item>(spec: {
  readonly name: string
  readonly document: TypedDocument<Result, Variables>
  readonly variables: Omit<Variables, 'after'>
  readonly account: AccountId | null
  readonly pageOf: (result: Result) => Page<Item> | null | undefined
}): ListResult<Item> {
  const { name, document, variables, account, pageOf } = spec
  const { state, read, scope } = useReading(account)
  const query = useInfiniteQuery({
    ...QUERY_DEFAULTS,
    queryKey: queryKey(scope, account ?? undefined, name, variables),
    enabled: account !== null,
    initialPageParam: null as string | null,
    queryFn: async ({ signal, pageParam }) => {
      const after = pageParam === null ? {} : { after: pageParam }
      const page = pageOf(await read(document, { ...variables, ...after } as Variables, signal))
      if (!page) throw new StackgateError({ code: 'FORBIDDEN', message: 'The list is not readable.' })
      return page
    },
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    select: ({ pages }) => pages.flatMap(({ nodes }) => nodes),
  })
  const { hasNextPage: hasMore, isFetchingNextPage: isLoadingMore, fetchNextPage } = query
  return { ...resultOf(query, state), hasMore, isLoadingMore, loadMore: () => void fetchNextPage() }
}
