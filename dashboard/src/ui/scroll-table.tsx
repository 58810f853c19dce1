import type { CSSProperties, ReactNode } from 'react'
import { words } from '../words/en.js'

/** Names of columns as properties of styles: on a narrow screen each row is a card, whose values have them as labels. */
export const columnLabels = (columns: readonly string[]): CSSProperties =>
  Object.fromEntries(columns.map((name, index) => [`--column-${index + 1}`, JSON.stringify(name)]))

interface ScrollTableProps {
  /** Name of the content, for screen readers. */
  readonly name: string
  readonly columns: readonly string[]
  /** Columns of numbers, which stand right-aligned below each other. Their cells have `data-number`. */
  readonly numbers?: readonly string[]
  /** Rows. */
  readonly children: ReactNode
}

/** A table that scrolls sideways by itself, also with the keyboard. Where it is narrow, its rows are cards. */
export const ScrollTable = ({ name, columns, numbers = [], children }: ScrollTableProps) => (
  <div className="table-scroll" tabIndex={0} role="region" aria-label={words.table(name)}>
    <table className="plain-table cards" style={columnLabels(columns)}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col" data-number={numbers.includes(column) || undefined}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
)
