import { chartWords as texts } from '../words/en/charts.js'
import { differenceText } from './chart-format.js'
import { comparedValue, isUsed, type ChartProps } from './chart.js'
import { DataTable } from './data-table.js'
import { allRead } from './use-cursor-pages.js'

/** The values of a chart as a table, the last one first. */
export function ChartTable(props: ChartProps) {
  const { name, points, series, text } = props
  const before = props.before && isUsed(props.before) ? props.before : null
  const rows = points.map(({ label, title = label }, index) => ({ index, title }))
  const cell = (value: number | null | undefined) => (value === null || value === undefined ? '–' : text(value))
  const columns = [
    { name: texts.point, isShort: true, cell: ({ title }: Row) => title },
    ...[...series, ...(before ? [before] : [])].map(({ name: of, values }) => ({
      name: of,
      isNumber: true,
      cell: ({ index }: Row) => cell(values[index]),
    })),
    ...(before
      ? [
          {
            name: texts.difference,
            isNumber: true,
            cell: ({ index }: Row) => differenceText(comparedValue(props, index), before.values[index], props) ?? '–',
          },
        ]
      : []),
  ]
  return (
    <DataTable
      name={name}
      columns={columns}
      pages={allRead(rows.toReversed())}
      empty=""
      keyOf={({ index }) => String(index)}
    />
  )
}

interface Row {
  readonly index: number
  readonly title: string
}
