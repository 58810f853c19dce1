import { Button, Group } from '@mantine/core'
import { useLayoutEffect, useState, type ReactNode } from 'react'
import { useKept } from '../session/use-kept.js'
import { words } from '../words/en.js'
import { Empty } from './empty.js'
import { PanelContent } from './panel.js'
import { columnLabels } from './scroll-table.js'
import { TableRows } from './table-rows.js'
import type { TablePages } from './use-cursor-pages.js'

/** A column of a table. Columns are made once: a table renders its rows again only if they or its columns change. */
export interface Column<Row> {
  readonly name: string
  readonly cell: (row: Row) => ReactNode
  /** True for numbers, which stand right-aligned below each other. */
  readonly isNumber?: boolean
  /** True for times and other short values, which stay in one line. */
  readonly isShort?: boolean
  /** True for texts of any length, which break anywhere. */
  readonly isLong?: boolean
}

interface DataTableProps<Row> {
  /** Name of the list, for screen readers. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly pages: TablePages<Row>
  /** Shown instead of a table without rows. */
  readonly empty: ReactNode
  /** Text of a row by which it is found again. Default: its ID. */
  readonly keyOf?: (row: Row) => string
}

/** Height of a list while it is loading, in pixels. */
const LOADING_HEIGHT = 120

/** Rows of a list that needs no frame of its own that scrolls. */
const SHORT_LIST = 25

const idOf = (row: unknown): string => (row as { readonly id: string }).id

/** A table in a frame of its own, which scrolls. Older rows follow by a button, or when the end comes into view. */
export function DataTable<Row>({ name, columns, pages, empty, keyOf = idOf }: DataTableProps<Row>) {
  const { query, pieces, hasOlder, isLoadingOlder, loadOlder } = pages
  const [frame, setFrame] = useState<HTMLElement | null>(null)
  const rowCount = pieces.reduce((sum, { length }) => sum + length, 0)
  const [top = 0, keepTop] = useKept<number>(name)
  const isEmpty = rowCount === 0
  useLayoutEffect(() => {
    if (frame && top > 0) frame.scrollTop = top
  }, [frame, top])
  return (
    <div aria-busy={query.isPending}>
      <PanelContent query={query} height={LOADING_HEIGHT}>
        {() =>
          isEmpty ? (
            <Empty>{empty}</Empty>
          ) : (
            <div
              className="table-frame"
              ref={setFrame}
              tabIndex={0}
              data-short={(!hasOlder && rowCount <= SHORT_LIST) || undefined}
              role="region"
              aria-label={words.table(name)}
              onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
                keepTop(scrollTop)
                if (hasOlder && scrollTop > 0 && scrollHeight - scrollTop - clientHeight < 400) loadOlder()
              }}
            >
              <table
                className="data-table cards"
                style={columnLabels(columns.map((column) => column.name))}
                aria-rowcount={hasOlder ? -1 : rowCount + 1}
              >
                <caption>{name}</caption>
                <thead>
                  <tr>
                    {columns.map((column) => (
                      <th key={column.name} scope="col" data-number={column.isNumber}>
                        {column.name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <TableRows pieces={pieces} columns={columns} keyOf={keyOf} frame={frame} top={top} />
              </table>
              {hasOlder && (
                <Group p="xs">
                  <Button size="xs" variant="default" loading={isLoadingOlder} onClick={loadOlder}>
                    {words.older}
                  </Button>
                </Group>
              )}
            </div>
          )
        }
      </PanelContent>
    </div>
  )
}
