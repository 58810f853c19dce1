import IconColumns from 'icon:columns-3'
import { Button } from '@mantine/core'
import { Suspense, useMemo, useState, useSyncExternalStore, type Ref } from 'react'
import { createPortal } from 'react-dom'
import { lazyPart } from '../session/load-part.js'
import { useFilter } from '../session/use-filter.js'
import { listWords } from '../words/en/lists.js'
import type { Column } from './data-table.js'
import { Icon } from './icon.js'
import { rowPlaces } from './row-places.js'
import { columnKey } from './sorting.js'

/** The first press loads the code of menus. */
const ColumnMenu = lazyPart(() => import('./column-menu.js'), 'default')

/** Name in the address of the columns that a table leaves out. */
export const WITHOUT = 'without'
const SEPARATOR = '.'

/** Element in the bar of the page's list. A page has one list whose conditions are in the address. */
let place: HTMLElement | null = null
const listeners = new Set<() => void>()

/** Place of the choice of columns in the bar of a list. */
export const ColumnPlace = () => (
  <div
    className="column-place"
    ref={(element) => {
      place = element
      for (const listener of listeners) listener()
    }}
  />
)

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Every column but the title of a row, its box and its menu. */
function optionalColumns<Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const { places } = rowPlaces(columns)
  return columns.filter((_, index) => places[index] && places[index] !== 'title')
}

/** The columns of a page's list, without those that the address leaves out. Rows of a narrow screen show them still. */
export function useChosenColumns<Row>(columns: readonly Column<Row>[], isPage: boolean): readonly Column<Row>[] {
  const [without] = useFilter(WITHOUT)
  return useMemo(() => {
    if (!isPage || !without) return columns
    const keys = without.split(SEPARATOR)
    const optional = optionalColumns(columns)
    return columns.map((column) =>
      optional.includes(column) && keys.includes(columnKey(column.name)) ? { ...column, isLeftOut: true } : column,
    )
  }, [columns, isPage, without])
}

/** The choice of columns, in the bar of the list or below its rows. Absent if there is nothing to choose. */
export function ColumnChoice<Row>({ columns }: { readonly columns: readonly Column<Row>[] }) {
  const bar = useSyncExternalStore(subscribe, () => place)
  const [, setWithout] = useFilter(WITHOUT)
  const [isPressed, setPressed] = useState(false)
  const optional = optionalColumns(columns)
  if (optional.length < 2) return null
  const button = (target?: Ref<HTMLButtonElement>) => (
    <Button
      {...(bar ? {} : { size: 'xs' })}
      variant="default"
      className="column-choice"
      leftSection={<Icon of={IconColumns} />}
      aria-haspopup="menu"
      {...(target ? { ref: target } : { onClick: () => setPressed(true) })}
    >
      {listWords.columns}
    </Button>
  )
  const choice = isPressed ? (
    <Suspense fallback={button()}>
      <ColumnMenu
        columns={optional}
        position={bar ? 'bottom-start' : 'bottom-end'}
        button={button}
        onChoose={(left) => setWithout(left.map(({ name }) => columnKey(name)).join(SEPARATOR))}
      />
    </Suspense>
  ) : (
    button()
  )
  return bar ? createPortal(choice, bar) : choice
}
