import { Button, Group } from '@mantine/core'
import { Suspense, useEffect, useLayoutEffect, useMemo, useState, type ComponentType, type ReactNode } from 'react'
import { lazyPart } from '../session/load-part.js'
import { useKept } from '../session/use-kept.js'
import { words } from '../words/en.js'
import { ColumnChoice, useChosenColumns } from './column-choice.js'
import { Empty } from './empty.js'
import { count } from './format.js'
import { PanelContent } from './panel.js'
import type { RowPlace } from './row-places.js'
import { columnKey, isServerSort, sortedRows, useSort, type SortableColumn } from './sorting.js'
import { TableHead, type TableHeadProps } from './table-head.js'
import { TableRows } from './table-rows.js'
import type { TablePages } from './use-cursor-pages.js'

/** Loaded for lists with more rows than a phone shows. */
const SortChoice = lazyPart(() => import('./sort-choice.js'), 'default') as ComponentType<TableHeadProps<unknown>>

/** A column of a table. Columns are made once: a table renders its rows again only if they or its columns change. */
export interface Column<Row> extends SortableColumn<Row> {
  /** Content of a cell. Default: the value by which the column is sorted. */
  readonly cell?: (row: Row) => ReactNode
  /** Address of the page of a row, to which the cell leads. */
  readonly to?: (row: Row) => string
  /** Content before the name of the column. */
  readonly head?: ReactNode
  /** True for numbers, which stand right-aligned below each other. */
  readonly isNumber?: boolean
  /** True for times and other short values, which stay in one line. */
  readonly isShort?: boolean
  /** True for texts of any length, which break anywhere. */
  readonly isLong?: boolean
  /** True for the state of a row. */
  readonly isState?: boolean
  /** True for the menus of rows, whose column shows no name. */
  readonly isMenu?: boolean
  /** True for the boxes that select rows. */
  readonly isBox?: boolean
  /** True if the table leaves it out, where it has columns. */
  readonly isLeftOut?: boolean
  /** Place in a row of a narrow screen. Default: that of `rowPlaces`. */
  readonly place?: RowPlace
  /** True for a value that says nothing without the name of its column there. Default: true for counts. */
  readonly isNamed?: boolean
}

interface DataTableProps<Row> {
  /** Name of the list, for screen readers. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly pages: TablePages<Row>
  /** Shown instead of a table without rows: a sentence, or an `Empty` with a drawing and an act. */
  readonly empty: ReactNode
  /** Text of a row by which it is found again. Default: its ID. */
  readonly keyOf?: (row: Row) => string
  /** True for the list of a page, whose sort and choice of columns are in the address. */
  readonly isPage?: boolean
}

/** Height of a list while it is loading, in pixels. */
const LOADING_HEIGHT = 120

/** Rows of a list that needs no frame of its own that scrolls. */
const SHORT_LIST = 25

/** Rows that a phone shows together: more have a choice of the sort. */
const VISIBLE_AT_ONCE = 5

const idOf = (row: unknown): string => (row as { readonly id: string }).id

/**
 * A table in a frame of its own, which scrolls. Older rows follow by a button, or when the end comes into view. Its columns sort the rows that
 * were read when these are all. A press reads the rest of a short list before; in a long one only those columns sort whose order the API has.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { name, pages, empty, keyOf = idOf, isPage = false } = props
  const columns = useChosenColumns(props.columns, isPage)
  const { query, pieces, hasOlder, isLoadingOlder, loadOlder, totalCount = null, loadMany = null } = pages
  const [frame, setFrame] = useState<HTMLElement | null>(null)
  const [sort, setSort] = useSort(name, isPage)
  const rowCount = pieces.reduce((sum, { length }) => sum + length, 0)
  const [top = 0, keepTop] = useKept<number>(name)
  const sorted = columns.find((column) => columnKey(column.name) === sort?.column)
  const by = hasOlder ? undefined : sorted?.by
  const readsAll = hasOlder && Boolean(loadMany && sort && sorted?.by && !isServerSort(sorted.orders, sort))
  // Once more after each page, and not after an error.
  useEffect(() => {
    if (readsAll) loadMany?.()
  }, [readsAll, pieces])
  const isDescending = sort?.isDescending ?? false
  const shown = useMemo(() => (by ? [sortedRows(pieces.flat(), by, isDescending)] : pieces), [pieces, by, isDescending])
  useLayoutEffect(() => {
    if (frame && top > 0) frame.scrollTop = top
  }, [frame, top])
  const head: TableHeadProps<Row> = {
    columns,
    sort,
    isComplete: !hasOlder || loadMany !== null,
    isSortable: rowCount > 1,
    onSort: setSort,
  }
  return (
    <div aria-busy={query.isPending || readsAll}>
      <PanelContent query={query} height={LOADING_HEIGHT}>
        {() =>
          rowCount === 0 ? (
            typeof empty === 'string' ? (
              <Empty>{empty}</Empty>
            ) : (
              empty
            )
          ) : (
            <>
              <div
                className="table-frame"
                ref={setFrame}
                tabIndex={0}
                data-short={(!hasOlder && rowCount <= SHORT_LIST) || undefined}
                role="region"
                aria-label={words.table.name(name)}
                onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
                  keepTop(scrollTop)
                  if (hasOlder && scrollTop > 0 && scrollHeight - scrollTop - clientHeight < 400) loadOlder()
                }}
              >
                {(hasOlder || rowCount > VISIBLE_AT_ONCE) && (
                  <Suspense fallback={<div className="sort-choice" />}>
                    <SortChoice {...(head as unknown as TableHeadProps<unknown>)} />
                  </Suspense>
                )}
                <table className="data-table" aria-rowcount={hasOlder ? (totalCount ?? -2) + 1 : rowCount + 1}>
                  <caption>{name}</caption>
                  <TableHead {...head} />
                  <TableRows pieces={shown} columns={columns} keyOf={keyOf} frame={frame} top={top} />
                </table>
              </div>
              {(hasOlder || isPage) && (
                <Group className="table-foot" justify="space-between" gap="xs">
                  <span>
                    {hasOlder
                      ? words.table.part(count(rowCount), totalCount === null ? null : count(totalCount))
                      : words.table.all(rowCount, count(rowCount))}
                    {hasOlder && !loadMany && rowCount > 1 && columns.some((column) => column.by && !column.orders) && (
                      <> {words.table.sortsLater}</>
                    )}
                  </span>
                  <Group gap="xs">
                    {isPage && <ColumnChoice columns={columns} />}
                    {hasOlder && (
                      <Button size="xs" variant="default" loading={isLoadingOlder} onClick={loadOlder}>
                        {sort ? words.table.more : words.older}
                      </Button>
                    )}
                  </Group>
                </Group>
              )}
            </>
          )
        }
      </PanelContent>
    </div>
  )
}
