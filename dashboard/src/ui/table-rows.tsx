import { memo, Suspense, useMemo, type ComponentType, type ReactNode } from 'react'
import type { Column } from './data-table.js'
import { count, money } from './format.js'
import type { SortValue } from './sorting.js'
import { lazyPart } from '../session/load-part.js'

/** Rows that a list may have before only the visible ones are rendered. */
const ALL_ROWS = 60

const LongTableRows = lazyPart(() => import('./long-table-rows.js'), 'default') as ComponentType<
  Omit<RowsProps<unknown>, 'pieces'> & { readonly rows: readonly unknown[] }
>

export interface RowsProps<Row> {
  /** Rows in the pieces in which they were read. */
  readonly pieces: readonly (readonly Row[])[]
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  /** Element that scrolls. Null until it is in the page. */
  readonly frame: HTMLElement | null
  /** Pixels by which the rows are scrolled at first. */
  readonly top: number
}

/** Body of a table. In a long list only the rows near the visible ones exist. */
export function TableRows<Row>({ pieces, columns, keyOf, frame, top }: RowsProps<Row>) {
  const rows = useMemo(() => pieces.flat(), [pieces])
  const first = (
    <tbody>
      {rows.slice(0, ALL_ROWS).map((row) => (
        <TableRow key={keyOf(row)} row={row} columns={columns as never} />
      ))}
    </tbody>
  )
  if (rows.length <= ALL_ROWS) return first
  return (
    <Suspense fallback={first}>
      <LongTableRows rows={rows} columns={columns as never} keyOf={keyOf as never} frame={frame} top={top} />
    </Suspense>
  )
}

/** A value as text: numbers and money in the locale of the reader. */
function shown(value: SortValue): ReactNode {
  if (typeof value === 'number') return count(value)
  return value && typeof value === 'object' ? money(value) : value
}

interface TableRowProps {
  readonly row: unknown
  readonly columns: readonly Column<unknown>[]
  readonly index?: number
  readonly measure?: (row: HTMLTableRowElement | null) => void
}

export const TableRow = memo(function TableRow({ row, columns, index, measure }: TableRowProps) {
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index === undefined ? undefined : index + 2}>
      {columns.map(({ name, by, cell, isNumber, isShort, isLong, isMenu }) => (
        <td key={name} data-number={isNumber} data-short={isShort} data-long={isLong} data-menu={isMenu}>
          {cell ? cell(row) : shown(by?.(row))}
        </td>
      ))}
    </tr>
  )
})
