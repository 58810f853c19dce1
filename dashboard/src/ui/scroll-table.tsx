import { Table } from '@mantine/core'
import type { CSSProperties, ReactNode } from 'react'
import { words } from '../words/en.js'

/** Names of columns as properties of styles: on a narrow screen each row is a card, whose values have them as labels. */
export const columnLabels = (columns: readonly string[]): CSSProperties =>
  Object.fromEntries(columns.map((name, index) => [`--column-${index + 1}`, JSON.stringify(name)]))

interface ScrollTableProps {
  /** Name of the content, for screen readers. */
  readonly name: string
  readonly columns: readonly string[]
  /** Rows. */
  readonly children: ReactNode
}

/** A table that scrolls sideways by itself, also with the keyboard. Where it is narrow, its rows are cards. */
export const ScrollTable = ({ name, columns, children }: ScrollTableProps) => (
  <div className="table-scroll" tabIndex={0} role="region" aria-label={words.table(name)}>
    <Table className="cards" verticalSpacing="sm" style={columnLabels(columns)}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((column) => (
            <Table.Th key={column} scope="col">
              {column}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  </div>
)
