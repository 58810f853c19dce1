import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useDeferredValue, useMemo, type RefObject } from 'react'
import type { Column } from './data-table.js'

/** Rows that a list may have before only the visible ones are rendered. */
const ALL_ROWS = 60
/** Rows that are rendered before and after the visible ones. */
const OVERSCAN = 8
/** Height of a row until it is measured, in pixels. */
const ESTIMATED_HEIGHT = 48

interface RowsProps<Row> {
  /** Rows in the pieces in which they were read. */
  readonly pieces: readonly (readonly Row[])[]
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  /** Element that scrolls. */
  readonly frame: RefObject<HTMLElement | null>
}

/** Body of a table. In a long list only the rows near the visible ones exist. */
export function TableRows<Row>({ pieces, columns, keyOf, frame }: RowsProps<Row>) {
  const rows = useMemo(() => pieces.flat(), [pieces])
  const isLong = rows.length > ALL_ROWS
  const virtual = useVirtualizer({
    count: rows.length,
    enabled: isLong,
    getScrollElement: () => frame.current,
    getItemKey: (index) => keyOf(rows[index]!),
    estimateSize: () => ESTIMATED_HEIGHT,
    overscan: OVERSCAN,
    useFlushSync: false,
  })
  // Deferred rows are rendered in small parts between other tasks, so that a fast scroll stays smooth.
  const visible = useDeferredValue(virtual.getVirtualItems())
  if (!isLong)
    return (
      <tbody>
        {rows.map((row) => (
          <TableRow key={keyOf(row)} row={row} columns={columns as never} />
        ))}
      </tbody>
    )
  return (
    <tbody>
      <Spacer height={visible[0]?.start ?? 0} columns={columns.length} />
      {visible.map(
        ({ key, index }) =>
          rows[index] !== undefined && (
            <TableRow
              key={key}
              row={rows[index]}
              columns={columns as never}
              index={index}
              measure={virtual.measureElement}
            />
          ),
      )}
      <Spacer height={virtual.getTotalSize() - (visible.at(-1)?.end ?? 0)} columns={columns.length} />
    </tbody>
  )
}

interface TableRowProps {
  readonly row: unknown
  readonly columns: readonly Column<unknown>[]
  readonly index?: number
  readonly measure?: (row: HTMLTableRowElement | null) => void
}

const TableRow = memo(function TableRow({ row, columns, index, measure }: TableRowProps) {
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index === undefined ? undefined : index + 2}>
      {columns.map(({ name, cell, isNumber, isShort, isLong }) => (
        <td key={name} data-number={isNumber} data-short={isShort} data-long={isLong}>
          {cell(row)}
        </td>
      ))}
    </tr>
  )
})

/** An empty row with the height of the rows that do not exist. */
const Spacer = ({ height, columns }: { readonly height: number; readonly columns: number }) =>
  height > 0 && (
    <tr aria-hidden="true" className="spacer">
      <td colSpan={columns} style={{ height }} />
    </tr>
  )
