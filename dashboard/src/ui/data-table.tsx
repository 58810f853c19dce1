import { Button, Group, Text } from '@mantine/core'
import { memo, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import { words } from '../words/en.js'
import { PanelContent } from './panel.js'
import type { TablePages } from './use-cursor-pages.js'

/** A column of a table. Columns are made once: a table renders its rows again only if they or its columns change. */
export interface Column<Row> {
  readonly name: string
  readonly cell: (row: Row) => ReactNode
  /** True for numbers, which stand right-aligned below each other. */
  readonly isNumber?: boolean
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

const idOf = (row: unknown): string => (row as { readonly id: string }).id

/** A table in a frame of its own, which scrolls. Older rows follow by a button, or when the end comes into view. */
export function DataTable<Row>({ name, columns, pages, empty, keyOf = idOf }: DataTableProps<Row>) {
  const { query, pieces, hasOlder, isLoadingOlder, loadOlder } = pages
  const frame = useRef<HTMLDivElement>(null)
  const isEmpty = pieces.every((rows) => rows.length === 0)
  return (
    <div aria-busy={query.isPending}>
      <PanelContent query={query} height={240}>
        {() =>
          isEmpty ? (
            <Text c="dimmed">{empty}</Text>
          ) : (
            <div
              className="table-frame"
              ref={frame}
              tabIndex={0}
              role="region"
              aria-label={words.table(name)}
              onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
                if (hasOlder && scrollTop > 0 && scrollHeight - scrollTop - clientHeight < 400) loadOlder()
              }}
            >
              <table className="data-table">
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
                {pieces.map((rows, index) => (
                  <Piece
                    key={rows[0] ? keyOf(rows[0]) : index}
                    rows={rows as readonly unknown[]}
                    columns={columns as readonly Column<unknown>[]}
                    keyOf={keyOf as (row: unknown) => string}
                    frame={frame}
                  />
                ))}
              </table>
              {hasOlder && (
                <Group p="xs">
                  <Button size="xs" variant="default" loading={isLoadingOlder} onClick={loadOlder}>
                    {words.ops.older}
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

interface PieceProps {
  readonly rows: readonly unknown[]
  readonly columns: readonly Column<unknown>[]
  readonly keyOf: (row: unknown) => string
  readonly frame: RefObject<HTMLDivElement | null>
}

/** Rows that were read together. Far from the visible ones, an empty row of the same height stands for them. */
const Piece = memo(function Piece({ rows, columns, keyOf, frame }: PieceProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [height, setHeight] = useState<number | null>(null)
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => setHeight(!entry || entry.isIntersecting ? null : entry.boundingClientRect.height),
      { root: frame.current, rootMargin: '1200px 0px' },
    )
    observer.observe(body.current!)
    return () => observer.disconnect()
  }, [frame])
  return (
    <tbody ref={body}>
      {height === null ? (
        rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ name, cell, isNumber }) => (
              <td key={name} data-number={isNumber}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))
      ) : (
        <tr aria-hidden="true">
          <td colSpan={columns.length} style={{ height, padding: 0 }} />
        </tr>
      )}
    </tbody>
  )
})
