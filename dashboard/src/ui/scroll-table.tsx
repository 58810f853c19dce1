import { Table } from '@mantine/core'
import type { ReactNode } from 'react'
import { words } from '../words/en.js'

interface ScrollTableProps {
  /** Name of the content, for readers. */
  readonly name: string
  readonly columns: readonly string[]
  /** Rows. */
  readonly children: ReactNode
  readonly minWidth?: number
}

/** A table that scrolls sideways by itself on a narrow screen, also with the keyboard. */
export const ScrollTable = ({ name, columns, children, minWidth = 560 }: ScrollTableProps) => (
  <Table.ScrollContainer
    minWidth={minWidth}
    scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': words.table(name) } }}
  >
    <Table verticalSpacing="sm">
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
  </Table.ScrollContainer>
)
