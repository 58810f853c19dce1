import IconChevronDown from 'icon:chevron-down'
import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo, Suspense, useId, useMemo, useState, type ComponentType, type ReactNode } from 'react'
import { lazyPart } from '../session/load-part.js'
import { words } from '../words/en.js'
import type { Column } from './data-table.js'
import { count, money } from './format.js'
import { Icon } from './icon.js'
import { rowPlaces } from './row-places.js'
import type { SortValue } from './sorting.js'
import { StatusBadge } from './status-badge.js'

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

/** The content of a cell. */
function Content({ row, column: { by, cell, to, isState } }: ContentProps) {
  const value = by?.(row)
  const content = cell ? cell(row) : isState && typeof value === 'string' ? <StatusBadge state={value} /> : shown(value)
  if (!to) return content
  return (
    <Anchor component={Link} to={to(row)} size="sm" className="row-link">
      {content}
    </Anchor>
  )
}

interface ContentProps {
  readonly row: unknown
  readonly column: Column<unknown>
}

export const TableRow = memo(function TableRow({ row, columns, index, measure }: TableRowProps) {
  const [isOpen, setOpen] = useState(false)
  const { places, hasTwoNumbers, isFolded, hasPage } = rowPlaces(columns)
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index === undefined ? undefined : index + 2}
      data-folded={(isFolded && !isOpen) || undefined}
      data-unfolds={(isFolded && !hasPage) || undefined}
    >
      {columns.map((column, position) => {
        const { name, by, isNumber, isShort, isLong, isMenu, isBox, isLeftOut, isNamed } = column
        const place = places[position]
        const content = <Content row={row} column={column} />
        const isCount =
          place === 'text'
            ? typeof by?.(row) === 'number'
            : isNumber && (hasTwoNumbers || typeof by?.(row) !== 'object')
        return (
          <td
            key={name}
            data-number={isNumber}
            data-short={isShort}
            data-long={isLong}
            data-menu={isMenu}
            data-box={isBox}
            data-left-out={isLeftOut}
            data-place={place}
            data-name={name}
            data-named={(isNamed ?? isCount) || undefined}
          >
            {place === 'title' && isFolded && !hasPage ? (
              <Unfolding isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
                {content}
              </Unfolding>
            ) : (
              content
            )}
          </td>
        )
      })}
    </tr>
  )
})

interface UnfoldingProps {
  readonly isOpen: boolean
  readonly onToggle: () => void
  readonly children: ReactNode
}

/** The title of a row, and a button on a narrow screen: a press on the row shows the values that its two lines leave out. */
function Unfolding({ isOpen, onToggle, children }: UnfoldingProps) {
  const id = useId()
  return (
    <>
      <div id={id}>{children}</div>
      <button
        type="button"
        className="unfold"
        id={`${id}b`}
        aria-label={words.table.details}
        aria-labelledby={`${id}b ${id}`}
        aria-expanded={isOpen}
        onClick={onToggle}
      >
        <Icon of={IconChevronDown} />
      </button>
    </>
  )
}
