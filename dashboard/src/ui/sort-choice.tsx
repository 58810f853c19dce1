import { listWords } from '../words/en/lists.js'
import { columnKey, isServerSort, sortText } from './sorting.js'
import { canSort, type TableHeadProps } from './table-head.js'

/** The choice of a sort on a narrow screen, whose rows are in no columns. */
export default function SortChoice(props: TableHeadProps<unknown>) {
  const { columns, sort, isComplete, onSort } = props
  const choices = columns
    .filter((column) => canSort(column, props))
    .flatMap((column) =>
      [false, true]
        .map((isDescending) => ({ column: columnKey(column.name), isDescending }))
        .filter((each) => (isComplete && column.by) || isServerSort(column.orders, each))
        .map((each) => ({
          sort: each,
          value: sortText(each),
          name: listWords.sorted(column.name, each.isDescending),
        })),
    )
  if (choices.length === 0) return null
  return (
    <label className="sort-choice">
      {listWords.sort}
      <select
        value={sortText(sort)}
        onChange={({ currentTarget }) =>
          onSort(choices.find(({ value }) => value === currentTarget.value)?.sort ?? null)
        }
      >
        <option value="">–</option>
        {choices.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
