import IconAscending from 'icon:chevron-up'
import IconDescending from 'icon:chevron-down'
import IconUnsorted from 'icon:selector'
import { words } from '../words/en.js'
import type { Column } from './data-table.js'
import { Icon } from './icon.js'
import { columnKey, nextSort, type Sort } from './sorting.js'

export interface TableHeadProps<Row> {
  readonly columns: readonly Column<Row>[]
  readonly sort: Sort | null
  /** True if every row of the list was read or can be, so that each column can be sorted. */
  readonly isComplete: boolean
  /** False for a table with nothing to sort. */
  readonly isSortable: boolean
  readonly onSort: (sort: Sort | null) => void
}

/** The sort of a column. Null if the table is not sorted by it. */
const sortOf = <Row,>({ name, orders }: Column<Row>, { sort, isComplete }: TableHeadProps<Row>) =>
  sort?.column === columnKey(name) && (Boolean(orders) || isComplete) ? sort : null

export const canSort = <Row,>({ by, orders }: Column<Row>, { isSortable, isComplete }: TableHeadProps<Row>): boolean =>
  isSortable && (Boolean(orders) || (isComplete && Boolean(by)))

/** Names of the columns. Those that can be sorted are buttons. */
export function TableHead<Row>(props: TableHeadProps<Row>) {
  const { columns, isComplete, isSortable, onSort } = props
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const { name, head, isNumber, isMenu, isBox, isLeftOut, by } = column
          const chosen = sortOf(column, props)
          const sorts = canSort(column, props)
          return (
            <th
              key={name}
              scope="col"
              data-number={isNumber}
              data-menu={isMenu}
              data-box={isBox}
              data-left-out={isLeftOut}
              aria-sort={chosen ? (chosen.isDescending ? 'descending' : 'ascending') : undefined}
              title={isSortable && by && !sorts ? words.table.sortsLater : undefined}
            >
              {head}
              {sorts ? (
                <button type="button" onClick={() => onSort(nextSort(column, chosen, isComplete && Boolean(by)))}>
                  {name}
                  <Icon of={chosen ? (chosen.isDescending ? IconDescending : IconAscending) : IconUnsorted} size={12} />
                </button>
              ) : isMenu || isBox ? (
                <span className="only-read">{name}</span>
              ) : (
                name
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}
