import { Stack, Text } from '@mantine/core'
import {
  Churn,
  RecurringRevenue,
  Revenue,
  TrialConversion,
  type ChurnData,
  type RecurringRevenueData,
  type RevenueData,
  type TrialConversionData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { BarChart } from '../../ui/bar-chart.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, money, month, percent } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { figuresWords } from '../../words/en/figures.js'
import type { FigureRange } from './figures.js'

const texts = figuresWords
const { columns } = texts

interface RangeProps {
  readonly range: FigureRange
}

const csvOf = (name: string) => `api/v1/analytics/${name}.csv`
const byMonth = (range: FigureRange) => ({ ...range, by: 'month' })

/** Points of each currency: amounts of different currencies are never added. */
const byCurrency = <Point extends { readonly currency: string }>(points: readonly Point[]) =>
  Object.entries(Object.groupBy(points, ({ currency }) => currency)).map(
    ([currency, ofCurrency = []]) => [currency, ofCurrency] as const,
  )

type RecurringPoint = NonNullable<RecurringRevenueData['recurringRevenue']>[number]

const RECURRING_COLUMNS: readonly Column<RecurringPoint>[] = [
  { name: texts.month, cell: ({ from }) => month(from) },
  { name: columns.mrr, isNumber: true, cell: ({ mrr }) => money(mrr) },
  { name: columns.accounts, isNumber: true, cell: ({ accountCount }) => count(accountCount) },
  { name: columns.new, isNumber: true, cell: (row) => money(row.new.mrr) },
  { name: columns.expansion, isNumber: true, cell: ({ expansion }) => money(expansion.mrr) },
  { name: columns.contraction, isNumber: true, cell: ({ contraction }) => money(contraction.mrr) },
  { name: columns.churned, isNumber: true, cell: ({ churned }) => money(churned.mrr) },
  { name: columns.reactivated, isNumber: true, cell: ({ reactivated }) => money(reactivated.mrr) },
]

export function RecurringFigures({ range }: RangeProps) {
  const query = useOperation(RecurringRevenue, { by: 'MONTH', ...range })
  const points = query.data?.recurringRevenue ?? []
  return (
    <Panel
      title={texts.tabs.recurring}
      query={query}
      height={320}
      actions={<CsvButton path={csvOf('recurring-revenue')} search={byMonth(range)} />}
    >
      {() => (
        <Stack>
          {points.length === 0 && <Text>{texts.none}</Text>}
          {byCurrency(points).map(([currency, rows]) => (
            <section key={currency} aria-label={texts.mrr(currency)}>
              <BarChart
                name={texts.mrr(currency)}
                bars={rows.map(({ from, mrr }) => ({
                  name: month(from),
                  value: Number(mrr.decimal),
                  text: money(mrr),
                }))}
              />
              <DataTable
                name={texts.mrr(currency)}
                columns={RECURRING_COLUMNS}
                pages={allAtOnce(query, rows.toReversed())}
                empty={texts.none}
                keyOf={({ from }) => from}
              />
            </section>
          ))}
          <Text size="sm" c="dimmed">
            {points[0]?.definition}
          </Text>
        </Stack>
      )}
    </Panel>
  )
}

type RevenuePoint = NonNullable<RevenueData['revenue']>[number]

const REVENUE_COLUMNS: readonly Column<RevenuePoint>[] = [
  { name: texts.month, cell: ({ from }) => month(from) },
  { name: columns.purchases, isNumber: true, cell: ({ purchases }) => count(purchases) },
  { name: columns.gross, isNumber: true, cell: ({ gross }) => money(gross) },
  { name: columns.reversed, isNumber: true, cell: ({ reversed }) => money(reversed) },
  { name: columns.revenue, isNumber: true, cell: ({ revenue }) => money(revenue) },
]

export function RevenueFigures({ range }: RangeProps) {
  const query = useOperation(Revenue, { by: 'MONTH', ...range })
  const points = query.data?.revenue ?? []
  return (
    <Panel
      title={texts.tabs.revenue}
      query={query}
      height={320}
      actions={<CsvButton path={csvOf('revenue')} search={byMonth(range)} />}
    >
      {() => (
        <Stack>
          {points.length === 0 && <Text>{texts.none}</Text>}
          {byCurrency(points).map(([currency, rows]) => (
            <section key={currency} aria-label={texts.revenueOf(currency)}>
              <BarChart
                name={texts.revenueOf(currency)}
                bars={rows.map(({ from, revenue }) => ({
                  name: month(from),
                  value: Number(revenue.decimal),
                  text: money(revenue),
                }))}
              />
              <DataTable
                name={texts.revenueOf(currency)}
                columns={REVENUE_COLUMNS}
                pages={allAtOnce(query, rows.toReversed())}
                empty={texts.none}
                keyOf={({ from }) => from}
              />
            </section>
          ))}
        </Stack>
      )}
    </Panel>
  )
}

type ChurnPoint = NonNullable<ChurnData['churn']>[number]

const CHURN_COLUMNS: readonly Column<ChurnPoint>[] = [
  { name: texts.month, cell: ({ from }) => month(from) },
  { name: columns.start, isNumber: true, cell: ({ startCount }) => count(startCount) },
  { name: columns.lost, isNumber: true, cell: ({ lost }) => count(lost) },
  { name: columns.rate, isNumber: true, cell: ({ rate }) => percent(rate) },
]

export function ChurnFigures({ range }: RangeProps) {
  const query = useOperation(Churn, { by: 'MONTH', ...range })
  const points = query.data?.churn ?? []
  return (
    <Panel
      title={texts.churn}
      query={query}
      height={320}
      actions={<CsvButton path={csvOf('churn')} search={byMonth(range)} />}
    >
      {() => (
        <Stack>
          <BarChart
            name={texts.churn}
            bars={points.map(({ from, rate }) => ({ name: month(from), value: rate, text: percent(rate) }))}
          />
          <DataTable
            name={texts.churn}
            columns={CHURN_COLUMNS}
            pages={allAtOnce(query, points.toReversed())}
            empty={texts.none}
            keyOf={({ from }) => from}
          />
          <Text size="sm" c="dimmed">
            {points[0]?.definition}
          </Text>
        </Stack>
      )}
    </Panel>
  )
}

type ConversionPoint = NonNullable<TrialConversionData['trialConversion']>[number]

const CONVERSION_COLUMNS: readonly Column<ConversionPoint>[] = [
  { name: texts.month, cell: ({ from }) => month(from) },
  { name: columns.started, isNumber: true, cell: ({ startedCount }) => count(startedCount) },
  { name: columns.converted, isNumber: true, cell: ({ convertedCount }) => count(convertedCount) },
  { name: columns.lost, isNumber: true, cell: ({ lostCount }) => count(lostCount) },
  { name: columns.running, isNumber: true, cell: ({ runningCount }) => count(runningCount) },
  {
    name: columns.rate,
    isNumber: true,
    cell: ({ conversionRate }) => (conversionRate === null ? '–' : percent(conversionRate)),
  },
]

export function ConversionFigures({ range }: RangeProps) {
  const query = useOperation(TrialConversion, { by: 'MONTH', ...range })
  const points = query.data?.trialConversion ?? []
  return (
    <Panel
      title={texts.conversion}
      query={query}
      height={320}
      actions={<CsvButton path={csvOf('trial-conversion')} search={byMonth(range)} />}
    >
      {() => (
        <Stack>
          <BarChart
            name={texts.conversion}
            bars={points.map(({ from, convertedCount }) => ({
              name: month(from),
              value: convertedCount,
              text: count(convertedCount),
            }))}
          />
          <DataTable
            name={texts.conversion}
            columns={CONVERSION_COLUMNS}
            pages={allAtOnce(query, points.toReversed())}
            empty={texts.none}
            keyOf={({ from }) => from}
          />
        </Stack>
      )}
    </Panel>
  )
}
