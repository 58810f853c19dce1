import type { UseQueryResult } from '@tanstack/react-query'
import { startTransition, useEffect, useMemo, useState } from 'react'
import type { TypedDocument } from '@stackgate/client'
import { useKept } from '../session/use-kept.js'
import { useSession } from '../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'

/** A page of a list, as the API returns it. */
export interface ListPage<Row> {
  readonly nodes: readonly Row[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly endCursor: string | null
    /** Present in lists that are read from both ends. */
    readonly hasPreviousPage?: boolean
    readonly startCursor?: string | null
  }
  /** Number of rows of the list. Absent where the query does not count them. */
  readonly totalCount?: number
}

/** The state of one or several requests. Data that are null may not be seen by the reader. */
export interface ReadState<Data = unknown> extends Pick<UseQueryResult, 'error' | 'isPending'> {
  readonly data: Data | null | undefined
  readonly refetch: () => unknown
}

/** Requests whose data are shown together: with one that fails, all of them are read again. */
export const joinedState = (...states: readonly ReadState[]): ReadState<true> => ({
  data: states.every(({ data }) => data) ? true : undefined,
  error: states.find(({ error }) => error)?.error ?? null,
  isPending: states.some(({ isPending }) => isPending),
  refetch: () => void Promise.all(states.map(({ refetch }) => refetch())),
})

/** Rows of a table, in the pieces in which they were read. A piece that did not change is the same array. */
export interface TablePages<Row> {
  readonly query: ReadState
  readonly pieces: readonly (readonly Row[])[]
  readonly hasOlder: boolean
  /** Null: the number of rows is not known. */
  readonly totalCount?: number | null
  readonly isLoadingOlder: boolean
  readonly loadOlder: () => void
  /** Loads as many older rows as the API returns at once. Null: the list is too long to load all of it. */
  readonly loadMany?: (() => void) | null
}

/** Rows of a list whose rows change after they were read. */
export interface ChangingPages<Row, Result> extends TablePages<Row> {
  readonly query: Pick<UseQueryResult<Result>, 'data' | 'error' | 'isPending' | 'refetch'>
  /** Reads rows behind the first page again. Those that the list has no longer are removed. */
  readonly refreshOlder: (ids: readonly string[]) => Promise<void>
  /** Forgets the rows behind the first page. */
  readonly dropOlder: () => void
}

interface Loaded<Row> {
  readonly of: string
  readonly pieces: readonly (readonly Row[])[]
  readonly endCursor: string | null
}

interface PagesOptions<Result, Variables> {
  readonly enabled?: boolean
  readonly keepsPrevious?: boolean
  /** True to read the list from its end, which has the oldest rows. The list must be one that is read from both ends. */
  readonly isFromEnd?: boolean
  /** Milliseconds until the first page is read again. */
  readonly refetchInterval?: (data: Result | undefined) => number | false
  /** Number of rows of the list, from a query of its own for which the rows do not wait. */
  readonly totalCount?: number | undefined
  /** Variables with which the list has these rows only, for `refreshOlder`. */
  readonly onlyRows?: (ids: readonly string[]) => Variables
}

/** Rows that the API returns at once, and selects at once by their IDs. */
const MAX_ROWS = 100

/** Rows of a list that are read before it is sorted by a column whose order the API lacks. */
const MAX_SORTED = 500

/** Rows of a page of a list that is read from its end, as of one that is read from its start. */
const FROM_END = 50

const fromStart = <Row>({ nodes, pageInfo, ...rest }: ListPage<Row>): ListPage<Row> => ({
  ...rest,
  nodes: nodes.toReversed(),
  pageInfo: { hasNextPage: pageInfo.hasPreviousPage ?? false, endCursor: pageInfo.startCursor ?? null },
})

/**
 * Reads a list by its cursor. The first page is read again when an event says so; older rows stay as they were read, behind the last row of
 * the first page, until `refreshOlder` reads them again. With other variables the list begins again. Back returns to all rows that were read.
 */
export function useCursorPages<Result, Variables extends object, Row extends { readonly id: string }>(
  document: TypedDocument<Result, Variables>,
  requested: Variables,
  pageIn: (data: Result) => ListPage<Row> | null | undefined,
  { onlyRows, isFromEnd = false, totalCount: counted, ...options }: PagesOptions<Result, Variables> = {},
): ChangingPages<Row, Result> {
  const { client } = useSession()
  const variables: Variables = isFromEnd ? { ...requested, first: null, last: FROM_END } : requested
  const pageOf = (data: Result): ListPage<Row> | null | undefined => {
    const page = pageIn(data)
    return page && isFromEnd ? fromStart(page) : page
  }
  const query = useOperation(document, variables, options)
  const [kept, keep] = useKept<Loaded<Row>>(document)
  const [older, setOlder] = useState<Loaded<Row>>(kept ?? NOTHING)
  useEffect(() => keep(older))
  const [isLoadingOlder, setLoading] = useState(false)
  const key = JSON.stringify(variables)
  const { data } = query
  const first = useMemo(() => data && pageOf(data), [data, key])
  const pieces = useMemo(() => (first ? joined(first, older.of === key ? older.pieces : []) : []), [first, older, key])
  const hasJoined = pieces.length > 1
  const cursor = query.isPlaceholderData
    ? null
    : hasJoined
      ? older.endCursor
      : first?.pageInfo.hasNextPage
        ? first.pageInfo.endCursor
        : null

  const loadOlder = async (size?: number) => {
    if (cursor === null || isLoadingOlder) return
    setLoading(true)
    try {
      const place = isFromEnd ? { before: cursor } : { after: cursor, ...(size && { first: size }) }
      const page = pageOf(await client.request<Result, Variables>(document, { ...variables, ...place }))
      if (!page) return
      const { hasNextPage, endCursor } = page.pageInfo
      // A transition is rendered in small parts between other tasks.
      startTransition(() =>
        setOlder({ of: key, pieces: [...pieces, page.nodes], endCursor: hasNextPage ? endCursor : null }),
      )
    } finally {
      setLoading(false)
    }
  }

  const refreshOlder = async (ids: readonly string[]) => {
    const changed = new Set(ids)
    const stale = pieces.slice(1).flatMap((rows) => rows.flatMap(({ id }) => (changed.has(id) ? id : [])))
    if (!onlyRows) return
    for (let start = 0; start < stale.length; start += MAX_ROWS) {
      const some = stale.slice(start, start + MAX_ROWS)
      const page = pageOf(await client.request<Result, Variables>(document, onlyRows(some)))
      const found = new Map(page?.nodes.map((row) => [row.id, row]))
      setOlder((current) => ({ ...current, pieces: current.pieces.map((rows) => replaced(rows, some, found)) }))
    }
  }
  const totalCount = counted ?? first?.totalCount ?? null
  return {
    query,
    pieces,
    hasOlder: cursor !== null,
    totalCount,
    isLoadingOlder,
    loadOlder: () => void loadOlder(),
    loadMany: totalCount !== null && totalCount <= MAX_SORTED ? () => void loadOlder(MAX_ROWS) : null,
    refreshOlder,
    dropOlder: () => setOlder(NOTHING),
  }
}

const NOTHING = { of: '', pieces: [], endCursor: null } as const

/** Rows with those that were read again in the place of the earlier ones. Without a change, the same array. */
function replaced<Row extends { readonly id: string }>(
  rows: readonly Row[],
  ids: readonly string[],
  found: ReadonlyMap<string, Row>,
): readonly Row[] {
  if (!rows.some(({ id }) => ids.includes(id))) return rows
  return rows.flatMap((row) => (ids.includes(row.id) ? (found.get(row.id) ?? []) : row))
}

/** The first page, and what was read before of the rows behind it. */
function joined<Row extends { readonly id: string }>(
  { nodes, pageInfo }: ListPage<Row>,
  loaded: readonly (readonly Row[])[],
): readonly (readonly Row[])[] {
  const last = nodes.at(-1)
  if (!last || !pageInfo.hasNextPage) return [nodes]
  const piece = loaded.findIndex((rows) => rows.some(({ id }) => id === last.id))
  if (piece < 0) return [nodes]
  const position = loaded[piece]!.findIndex(({ id }) => id === last.id)
  const rest = loaded[piece]!.slice(position + 1)
  return [nodes, ...(rest.length > 0 ? [rest] : []), ...loaded.slice(piece + 1)]
}

const READ: ReadState = { data: true, error: null, isPending: false, refetch: () => undefined }

/** Rows that are there already. */
export const allRead = <Row>(rows: readonly Row[]): TablePages<Row> => allAtOnce(READ, rows)

/** Rows that are read at once. */
export const allAtOnce = <Row>(query: TablePages<Row>['query'], rows: readonly Row[]): TablePages<Row> => ({
  query,
  pieces: [rows],
  hasOlder: false,
  isLoadingOlder: false,
  loadOlder: () => undefined,
})
