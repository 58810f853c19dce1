import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Empty } from './empty.js'

export interface ShortListItem {
  readonly id: string
  readonly title: ReactNode
  readonly note?: ReactNode
  /** Value at the end of the row. */
  readonly side?: ReactNode
}

interface ShortListProps {
  readonly name: string
  readonly items: readonly ShortListItem[]
  /** Shown instead of a list without items. Default: nothing. */
  readonly empty?: ReactNode
}

/** Few objects in two lines each, where a table has no room. */
export const ShortList = ({ name, items, empty }: ShortListProps) =>
  items.length === 0 ? (
    empty && <Empty>{empty}</Empty>
  ) : (
    <ul className="short-list" aria-label={name}>
      {items.map(({ id, title, note, side }) => (
        <li key={id}>
          <div>
            {title}
            {note && (
              <Text size="xs" c="dimmed">
                {note}
              </Text>
            )}
          </div>
          {side}
        </li>
      ))}
    </ul>
  )
