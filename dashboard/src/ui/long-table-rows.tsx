import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { useDeferredValue, useEffect } from 'react'
import { useKept } from '../session/use-kept.js'
import { TableRow, type RowsProps } from './table-rows.js'

/** Rows that are rendered before and after the visible ones. */
const OVERSCAN = 8
/** Height of a row until it is measured, in pixels. */
const ESTIMATED_HEIGHT = 40

interface LongRowsProps<Row> extends Omit<RowsProps<Row>, 'pieces'> {
  readonly rows: readonly Row[]
}

/** Body of a long table, of which only the rows near the visible ones exist. A module of its own: most lists are short. */
export default function LongTableRows<Row>({ rows, columns, keyOf, frame, top }: LongRowsProps<Row>) {
  const [measured, keepMeasured] = useKept<VirtualItem[]>(columns)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame,
    getItemKey: (index) => keyOf(rows[index]!),
    estimateSize: () => ESTIMATED_HEIGHT,
    overscan: OVERSCAN,
    useFlushSync: false,
    initialOffset: top,
    initialMeasurementsCache: measured ?? [],
  })
  useEffect(() => () => keepMeasured(virtual.measurementsCache))
  // Deferred rows are rendered in small parts between other tasks, so that a fast scroll stays smooth.
  const visible = useDeferredValue(virtual.getVirtualItems())
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

/** An empty row with the height of the rows that do not exist. */
const Spacer = ({ height, columns }: { readonly height: number; readonly columns: number }) =>
  height > 0 && (
    <tr aria-hidden="true" className="spacer">
      <td colSpan={columns} style={{ height }} />
    </tr>
  )
