import { Stack, Text } from '@mantine/core'
import type { Metric } from '@stackgate/client'
import { Metrics } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { Chart } from '../../ui/chart.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { month } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import {
  chartOf,
  fromFirst,
  monthsOf,
  ratioText,
  tablesOf,
  valueText,
  type SeriesRow,
  metricNumber,
} from '../../ui/series.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { figuresWords } from '../../words/en/figures.js'
import type { FigureRange } from './figures.js'

const texts = figuresWords
const { columns } = texts

/** Enough for all metrics of a page in five currencies. */
const SERIES = 36

/** A page of figures by month. */
interface MonthlyFigures {
  readonly title: string
  /** Name of a chart and its table. */
  readonly nameOf: (currency: string) => string
  readonly file: string
  /** Metric of the bars. */
  readonly bars: Metric
  readonly columns: Readonly<Partial<Record<Metric, string>>>
  /** Metrics that are ratios. */
  readonly ratios?: readonly Metric[]
}

/** Makes a page. Amounts of different currencies are never added. */
const monthlyFigures = ({ title, nameOf, file, bars, columns: names, ratios = [] }: MonthlyFigures) => {
  const metrics = Object.keys(names) as Metric[]
  const textOf = (metric: Metric) => (ratios.includes(metric) ? ratioText : valueText)
  const tableColumns: readonly Column<SeriesRow>[] = [
    { name: texts.month, by: ({ from }) => from, cell: ({ from }) => month(from) },
    ...metrics.map((metric) => ({
      name: names[metric]!,
      isNumber: true,
      by: (row: SeriesRow) => metricNumber(row[metric]),
      cell: (row: SeriesRow) => textOf(metric)(row[metric]),
    })),
  ]
  return function Figures({ range }: { readonly range: FigureRange }) {
    const query = useOperation(Metrics, { metrics, first: SERIES, ...range })
    const series = query.data?.metrics?.nodes ?? []
    const tables = tablesOf(series).map((table) => ({ ...table, rows: fromFirst(table.rows) }))
    return (
      <Panel
        title={title}
        query={query}
        height={320}
        actions={<CsvButton path={`api/v1/analytics/${file}.csv`} search={{ ...range, by: 'month' }} />}
      >
        {() => (
          <Stack>
            {series.length === 0 && <Text>{texts.none}</Text>}
            {tables.map(({ key, currency, rows }) => (
              <section key={key} aria-label={nameOf(currency ?? '')}>
                <Chart {...chartOf(nameOf(currency ?? ''), monthsOf(rows, bars), ratios.includes(bars))} />
                <DataTable
                  name={nameOf(currency ?? '')}
                  columns={tableColumns}
                  pages={allAtOnce(query, rows.toReversed())}
                  empty={texts.none}
                  keyOf={({ from }) => from}
                />
              </section>
            ))}
            <Text size="sm" c="dimmed">
              {series.find(({ metric }) => metric === bars)?.definition}
            </Text>
          </Stack>
        )}
      </Panel>
    )
  }
}

export const RecurringFigures = monthlyFigures({
  title: texts.tabs.recurring,
  nameOf: texts.mrr,
  file: 'recurring-revenue',
  bars: 'MRR',
  columns: {
    MRR: columns.mrr,
    PAYING_ACCOUNTS: columns.accounts,
    MRR_NEW: columns.new,
    MRR_EXPANSION: columns.expansion,
    MRR_CONTRACTION: columns.contraction,
    MRR_CHURNED: columns.churned,
    MRR_REACTIVATED: columns.reactivated,
  },
})

export const RevenueFigures = monthlyFigures({
  title: texts.tabs.revenue,
  nameOf: texts.revenueOf,
  file: 'revenue',
  bars: 'REVENUE',
  columns: {
    PURCHASES: columns.purchases,
    GROSS: columns.gross,
    REVERSED: columns.reversed,
    REVENUE: columns.revenue,
  },
})

export const ChurnFigures = monthlyFigures({
  title: texts.churn,
  nameOf: () => texts.churn,
  file: 'churn',
  bars: 'CHURN_RATE',
  columns: { SUBSCRIBERS_AT_START: columns.start, SUBSCRIBERS_LOST: columns.lost, CHURN_RATE: columns.rate },
  ratios: ['CHURN_RATE'],
})

export const ConversionFigures = monthlyFigures({
  title: texts.conversion,
  nameOf: () => texts.conversion,
  file: 'trial-conversion',
  bars: 'TRIALS_CONVERTED',
  columns: {
    TRIALS_STARTED: columns.started,
    TRIALS_CONVERTED: columns.converted,
    TRIALS_LOST: columns.lost,
    TRIALS_RUNNING: columns.running,
    TRIAL_CONVERSION_RATE: columns.rate,
  },
  ratios: ['TRIAL_CONVERSION_RATE'],
})
