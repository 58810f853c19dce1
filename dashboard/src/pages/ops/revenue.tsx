import IconAlert from 'icon:alert-triangle'
import IconMeter from 'icon:chart-bar'
import IconDifference from 'icon:arrows-diff'
import IconUsers from 'icon:users'
import type { Metric } from '@stackgate/client'
import type { MetricsData, MetricSeriesFields } from '@stackgate/client/documents'
import { Chart } from '../../ui/chart.js'
import { Empty } from '../../ui/empty.js'
import { signed } from '../../ui/chart-format.js'
import { count, money, percent } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import {
  chartOf,
  fromFirst,
  metricNumber,
  periodsOf,
  tablesOf,
  type SeriesRow,
  type SeriesTable,
} from '../../ui/series.js'
import { Sparkline } from '../../ui/sparkline.js'
import { Tile } from '../../ui/tile.js'
import type { ReadState } from '../../ui/use-cursor-pages.js'
import { overviewWords } from '../../words/en/overview.js'

const texts = overviewWords

const GAINS = ['MRR_NEW', 'MRR_EXPANSION', 'MRR_REACTIVATED'] as const
const LOSSES = ['MRR_CONTRACTION', 'MRR_CHURNED'] as const

/** Figures of the tiles and the chart. */
export const MONEY_METRICS: readonly Metric[] = ['MRR', 'PAYING_ACCOUNTS', ...GAINS, ...LOSSES]

/** Amounts of different currencies are never added: the first page shows the one with the most revenue. */
function largest(series: readonly MetricSeriesFields[] = []): { table: SeriesTable | undefined; others: string } {
  const revenueOf = ({ rows }: SeriesTable) => metricNumber(rows.at(-1)?.MRR) ?? 0
  const [table, ...others] = tablesOf(series).toSorted((one, other) => revenueOf(other) - revenueOf(one))
  return { table, others: others.map(({ currency }) => currency).join(', ') }
}

const sumOf = (metrics: readonly Metric[], row: SeriesRow | undefined): number =>
  metrics.reduce((sum, metric) => sum + (metricNumber(row?.[metric]) ?? 0), 0)

interface RevenueTilesProps {
  /** The last twelve months. */
  readonly months: readonly MetricSeriesFields[] | undefined
  /** The last 30 days. */
  readonly days: readonly MetricSeriesFields[] | undefined
  readonly pastDue: number
  /** The sum of it. */
  readonly pastDueSum: string
}

/** The revenue, what this month changed of it, who pays, and who does not. */
export function RevenueTiles({ months, days, pastDue, pastDueSum }: RevenueTilesProps) {
  const { table, others } = largest(months)
  const rows = table?.rows ?? []
  const [before, now] = [rows.at(-2), rows.at(-1)]
  const currency = table?.currency ?? ''
  const amount = (value: number) => (currency ? money({ decimal: String(value), currency }) : count(value))
  const [gained, lost] = [sumOf(GAINS, now), sumOf(LOSSES, now)]
  const daily = tablesOf(days).find((each) => each.key === table?.key)?.rows ?? []
  // Without days it keeps the place of the line.
  const lineOf = (...metrics: readonly Metric[]) => <Sparkline values={daily.map((row) => sumOf(metrics, row))} />
  const change = (metric: Metric, text: (difference: number, earlier: number) => string) => {
    const earlier = metricNumber(before?.[metric]) ?? 0
    const difference = (metricNumber(now?.[metric]) ?? 0) - earlier
    return difference === 0 ? texts.unchanged : texts.since(signed(difference, (value) => text(value, earlier)))
  }
  const revenue = metricNumber(now?.MRR) ?? 0
  const paying = metricNumber(now?.PAYING_ACCOUNTS) ?? 0
  return (
    <>
      <Tile
        name={texts.mrr}
        icon={IconMeter}
        value={amount(revenue)}
        note={
          others
            ? texts.more(others)
            : change('MRR', (difference, earlier) => (earlier ? percent(difference / earlier) : amount(difference)))
        }
        isQuiet={revenue === 0}
        to="/ops/figures"
      >
        {lineOf('MRR')}
      </Tile>
      <Tile
        name={texts.netNew}
        icon={IconDifference}
        value={amount(gained + lost)}
        note={
          lost === 0
            ? texts.nothingLost
            : gained === 0
              ? texts.nothingGained
              : texts.movements(amount(gained), amount(-lost))
        }
        isQuiet={gained === 0 && lost === 0}
        to="/ops/figures"
      >
        {lineOf(...GAINS, ...LOSSES)}
      </Tile>
      <Tile
        name={texts.paying}
        icon={IconUsers}
        value={count(paying)}
        note={change('PAYING_ACCOUNTS', count)}
        isQuiet={paying === 0}
        to="/ops/accounts"
        search={{ status: 'ACTIVE' }}
      >
        {lineOf('PAYING_ACCOUNTS')}
      </Tile>
      <Tile
        name={texts.pastDue}
        icon={IconAlert}
        value={count(pastDue)}
        note={pastDue === 0 ? texts.noneDue : pastDueSum || texts.someDue}
        isUrgent={pastDue > 0}
        isQuiet={pastDue === 0}
        to="/ops/accounts"
        search={{ status: 'PAST_DUE' }}
      />
    </>
  )
}

/** The recurring revenue of the last months. */
export function RevenueChart({ query }: { readonly query: ReadState<MetricsData> }) {
  return (
    <Panel title={texts.trend} query={query} height={292} skeleton="block">
      {({ metrics }) => {
        const { table } = largest(metrics?.nodes)
        if (!table?.rows.some((row) => (metricNumber(row.MRR) ?? 0) > 0))
          return <Empty icon={IconMeter}>{texts.noTrend}</Empty>
        return (
          <Chart
            {...chartOf(texts.trendIn(table.currency ?? ''), periodsOf(fromFirst(table.rows), 'MRR'))}
            isLastPartial
          />
        )
      }}
    </Panel>
  )
}
