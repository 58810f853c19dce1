import { Box, Group, Stack, Title } from '@mantine/core'
import type { Metric } from '@stackgate/client'
import { Metrics } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { useFilter } from '../../session/use-filter.js'
import { Chart, type ChartSeries } from '../../ui/chart.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Empty } from '../../ui/empty.js'
import { Hint } from '../../ui/hint.js'
import { Panel } from '../../ui/panel.js'
import { spanText } from '../../ui/range-bar.js'
import {
  changeText,
  chartOf,
  fromFirst,
  periodName,
  periodsOf,
  ratioText,
  tablesOf,
  valueText,
  type SeriesRow,
  type SeriesTable,
  metricNumber,
} from '../../ui/series.js'
import type { TimeRange } from '../../ui/time-range.js'
import { allAtOnce, joinedState } from '../../ui/use-cursor-pages.js'
import { figuresWords } from '../../words/en/figures.js'
import { FigureChoice } from './figure-choice.js'

const texts = figuresWords
const { columns } = texts

/** Enough for all metrics of a page in five currencies. */
const SERIES = 36
/** Height of the figures, the chart and the first rows of the table while they are loading. */
const HEIGHT = 520

/** A page of figures over time. */
interface FiguresOverTime {
  readonly title: string
  /** Name of a table. */
  readonly nameOf: (currency: string) => string
  readonly file: string
  /** The first one is that of the chart until another one is chosen. */
  readonly columns: Readonly<Partial<Record<Metric, string>>>
  /** True for figures that are defined for whole months. */
  readonly isMonthly?: boolean
  /** The figure at the end of a period, and what changed it: a waterfall shows how one became the next. */
  readonly bridge?: { readonly of: Metric; readonly by: readonly Metric[] }
  /** Metrics that are ratios. */
  readonly ratios?: readonly Metric[]
}

interface RangeProps {
  readonly range: TimeRange
}

/** Makes a page. Amounts of different currencies are never added. */
const figuresOverTime = (figures: FiguresOverTime) => {
  const { title, nameOf, file, columns: names, isMonthly = false, bridge, ratios = [] } = figures
  const metrics = Object.keys(names) as Metric[]
  const textOf = (metric: Metric) => (ratios.includes(metric) ? ratioText : valueText)
  const columnsOf = (interval: TimeRange['interval']): readonly Column<SeriesRow>[] => [
    { name: texts.period, isShort: true, by: ({ from }) => from, cell: ({ from }) => periodName(from, interval) },
    ...metrics.map((metric) => ({
      name: names[metric]!,
      isNumber: true,
      by: (row: SeriesRow) => metricNumber(row[metric]),
      cell: (row: SeriesRow) => <Value isZero={metricNumber(row[metric]) === 0}>{textOf(metric)(row[metric])}</Value>,
    })),
  ]
  const byInterval = { HOUR: columnsOf('HOUR'), DAY: columnsOf('DAY'), MONTH: columnsOf('MONTH') }

  return function Figures({ range }: RangeProps) {
    const { from, to, isOpen, before } = range
    const interval = isMonthly ? 'MONTH' : range.interval
    const [chosen, choose] = useFilter('metric')
    const metric = metrics.find((each) => each === chosen) ?? metrics[0]!
    const variables = { metrics, first: SERIES, interval }
    const query = useOperation(Metrics, { ...variables, from, to }, { keepsPrevious: true })
    const earlier = useOperation(
      Metrics,
      { ...variables, ...before },
      { enabled: before !== null, keepsPrevious: true },
    )
    const series = query.data?.metrics?.nodes ?? []
    const earlierTables = before ? tablesOf(earlier.data?.metrics?.nodes) : []
    return (
      <Panel query={before ? joinedState(query, earlier) : joinedState(query)} height={HEIGHT}>
        {() => (
          <Stack>
            {series.length === 0 && <Empty>{texts.none}</Empty>}
            {tablesOf(series).map((table, index) => {
              const { key, currency } = table
              const name = nameOf(currency ?? '')
              const ofChart = currency ? texts.inCurrency(names[metric]!, currency) : names[metric]!
              const earlierTable = earlierTables.find((each) => each.key === key)
              const compared = earlierTable?.rows.some((row) => metricNumber(row[metric])) ? earlierTable : undefined
              const rows = compared ? table.rows : fromFirst(table.rows)
              return (
                <Stack key={key} component="section" gap="sm" aria-label={name === title ? undefined : name}>
                  <FigureChoice
                    name={metrics.length > 1 ? `${texts.shown}: ${name}` : name}
                    value={metric}
                    onChange={choose}
                    figures={metrics.map((each) => ({
                      metric: each,
                      name: names[each]!,
                      value: textOf(each)(table.total[each]),
                      change: changeText(table, before ? earlierTable : undefined, each, ratios.includes(each)),
                    }))}
                  />
                  <Group gap={4}>
                    <Title order={2} size="h5">
                      {ofChart}
                    </Title>
                    <Hint of={ofChart}>{series.find((each) => each.metric === metric)?.definition ?? ''}</Hint>
                    {index === 0 && (
                      <Box ml="auto">
                        <CsvButton
                          path={`api/v1/analytics/${file}.csv`}
                          search={{ from, to, by: interval === 'MONTH' ? 'month' : 'day' }}
                        />
                      </Box>
                    )}
                  </Group>
                  <Chart
                    {...chartOf(ofChart, periodsOf(rows, metric, interval), ratios.includes(metric))}
                    before={
                      before && {
                        name: spanText(before),
                        values: compared?.rows.map((row) => metricNumber(row[metric])) ?? [],
                        titles: compared?.rows.map((row) => periodName(row.from, interval)) ?? [],
                      }
                    }
                    isLastPartial={isOpen}
                    hasTable={false}
                  />
                  {bridge && currency && <Bridge {...bridge} table={table} names={names} currency={currency} />}
                  <DataTable
                    name={name}
                    columns={byInterval[interval]}
                    pages={allAtOnce(query, rows.toReversed())}
                    empty={texts.none}
                    keyOf={({ from: start }) => start}
                  />
                </Stack>
              )
            })}
          </Stack>
        )}
      </Panel>
    )
  }
}

/** A zero is less than what happened. */
const Value = ({ isZero, children }: { readonly isZero: boolean; readonly children: string }) => (
  <span className={isZero ? 'absent' : undefined}>{children}</span>
)

interface BridgeProps extends NonNullable<FiguresOverTime['bridge']> {
  readonly table: SeriesTable
  readonly names: FiguresOverTime['columns']
  readonly currency: string
}

/** A waterfall from the figure at the start of the range to that at its end. */
function Bridge({ of, by, table, names, currency }: BridgeProps) {
  const end = table.rows.at(-1)?.[of]
  const changes = by
    .map((metric) => ({ label: names[metric]!, value: table.total[metric] }))
    .filter(({ value }) => metricNumber(value))
  const moved = changes.reduce((sum, { value }) => sum + (metricNumber(value) ?? 0), 0)
  const chart = chartOf(texts.bridge(names[of]!, currency), [
    { label: texts.bridgeStart, value: end },
    ...changes,
    { label: texts.bridgeEnd, value: end },
  ])
  const [{ name, values }] = chart.series as [ChartSeries]
  const [, ...rest] = values
  return (
    <Chart
      {...chart}
      form="waterfall"
      series={[{ name, values: [(metricNumber(end) ?? 0) - moved, ...rest] }]}
      hasTitle
      hasTable={false}
    />
  )
}

export const RecurringFigures = figuresOverTime({
  title: texts.tabs.recurring,
  nameOf: texts.mrr,
  file: 'recurring-revenue',
  bridge: {
    of: 'MRR',
    by: ['MRR_NEW', 'MRR_EXPANSION', 'MRR_REACTIVATED', 'MRR_CONTRACTION', 'MRR_CHURNED'],
  },
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

export const RevenueFigures = figuresOverTime({
  title: texts.tabs.revenue,
  nameOf: texts.revenueOf,
  file: 'revenue',
  columns: {
    REVENUE: columns.revenue,
    GROSS: columns.gross,
    REVERSED: columns.reversed,
    PURCHASES: columns.purchases,
  },
})

export const ChurnFigures = figuresOverTime({
  title: texts.churn,
  nameOf: () => texts.churn,
  file: 'churn',
  isMonthly: true,
  columns: { CHURN_RATE: columns.rate, SUBSCRIBERS_AT_START: columns.start, SUBSCRIBERS_LOST: columns.lost },
  ratios: ['CHURN_RATE'],
})

export const ConversionFigures = figuresOverTime({
  title: texts.conversion,
  nameOf: () => texts.conversion,
  file: 'trial-conversion',
  columns: {
    TRIALS_CONVERTED: columns.converted,
    TRIALS_STARTED: columns.started,
    TRIALS_LOST: columns.lost,
    TRIALS_RUNNING: columns.running,
    TRIAL_CONVERSION_RATE: columns.rate,
  },
  ratios: ['TRIAL_CONVERSION_RATE'],
})
