import type { Metric } from '@stackgate/client'
import { Stack } from '@mantine/core'
import {
  MetricTotals,
  type MetricTotalFields,
  type MetricTotalsData,
  type MetricTotalsVariables,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { Chart } from '../../ui/chart.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Hint } from '../../ui/hint.js'
import { Panel } from '../../ui/panel.js'
import { chartOf, groupsOf, ratioText, tablesOf, valueText, type SeriesTable, metricNumber } from '../../ui/series.js'
import type { TimeRange } from '../../ui/time-range.js'
import { allAtOnce, useCursorPages } from '../../ui/use-cursor-pages.js'
import { figuresWords } from '../../words/en/figures.js'
import { AccountLink } from './links.js'

const texts = figuresWords
const { columns } = texts

interface RangeProps {
  readonly range: TimeRange
}

type Group = MetricTotalFields['groups'][number]['group']

/** The metrics of one group. */
type GroupRow = SeriesTable & { readonly id: string }

const groupOf = ({ groups }: SeriesTable, name: Group) => groups.find(({ group }) => group === name)
const labelColumn = (name: string, group: Group): Column<SeriesTable> => ({
  name,
  by: (row) => groupOf(row, group)?.label,
})
const metricColumn = (name: string, metric: Metric, text = valueText): Column<SeriesTable> => ({
  name,
  isNumber: true,
  by: ({ total }) => metricNumber(total[metric]),
  cell: ({ total }) => text(total[metric]),
})

interface DefinitionsProps {
  readonly name: string
  readonly columns: readonly Column<SeriesTable>[]
  readonly metrics: readonly Metric[]
  readonly data: MetricTotalsData | undefined
}

/** Definitions of the numbers of a table, whose columns are in the order of the metrics. */
function Definitions({ name, columns: all, metrics, data }: DefinitionsProps) {
  const numbers = all.filter(({ isNumber }) => isNumber)
  const definitions = metrics.flatMap((metric, index) => {
    const found = data?.metrics?.nodes.find((each) => each.metric === metric)
    return found ? [[numbers[index]!.name, found.definition] as const] : []
  })
  return definitions.length > 0 && <Hint of={name}>{definitions}</Hint>
}

const SERIES_A_PAGE = 100

/** Pages of groups. Each page has all metrics of its groups. */
const useGroups = (variables: MetricTotalsVariables & { readonly metrics: readonly Metric[] }) => {
  const { length } = variables.metrics
  return useCursorPages(
    MetricTotals,
    { first: SERIES_A_PAGE - (SERIES_A_PAGE % length), ...variables },
    ({ metrics }: MetricTotalsData) =>
      metrics && { ...metrics, nodes: tablesOf(metrics.nodes).map((row): GroupRow => ({ ...row, id: row.key })) },
  )
}

const SOLD = ['PURCHASES', 'GROSS', 'REVENUE', 'CHECKOUT_CONVERSION_RATE', 'REVENUE_TREND'] as const

const PACKAGE_COLUMNS: readonly Column<SeriesTable>[] = [
  labelColumn(columns.product, 'PRODUCT'),
  metricColumn(columns.purchases, 'PURCHASES'),
  metricColumn(columns.gross, 'GROSS'),
  metricColumn(columns.revenue, 'REVENUE'),
  metricColumn(columns.conversion, 'CHECKOUT_CONVERSION_RATE', ratioText),
  metricColumn(columns.trend, 'REVENUE_TREND', ratioText),
]

export function PackageFigures({ range: { from, to } }: RangeProps) {
  const range = { from, to }
  const pages = useGroups({ metrics: SOLD, groupBy: ['PRODUCT'], ...range })
  const first = pages.pieces[0] ?? []
  const currencies = [...new Set(first.map(({ currency }) => currency ?? ''))]
  return (
    <Panel
      title={texts.packages}
      query={pages.query}
      height={320}
      hint={<Definitions name={texts.packages} columns={PACKAGE_COLUMNS} metrics={SOLD} data={pages.query.data} />}
      actions={<CsvButton path="api/v1/analytics/package-performance.csv" search={{ ...range }} />}
    >
      {() => (
        <Stack>
          {currencies.map((currency) => (
            <Chart
              key={currency}
              hasTable={false}
              hasTitle={currencies.length > 1}
              {...chartOf(
                texts.revenueOf(currency),
                groupsOf(
                  first.filter((row) => row.currency === currency),
                  'REVENUE',
                  'PRODUCT',
                ),
              )}
            />
          ))}
          <DataTable name={texts.packages} columns={PACKAGE_COLUMNS} pages={pages} empty={texts.none} />
        </Stack>
      )}
    </Panel>
  )
}

const PACK_COLUMNS: readonly Column<SeriesTable>[] = [
  labelColumn(columns.product, 'PRODUCT'),
  metricColumn(columns.purchases, 'CREDIT_PACKS_SOLD'),
]

const PACKS = ['CREDIT_PACKS_SOLD'] as const

const EXPIRY = ['CREDITS_EXPIRED_UNUSED', 'CREDITS_REACHED_EXPIRY', 'CREDIT_EXPIRY_RATE'] as const

const EXPIRY_COLUMNS: readonly Column<SeriesTable>[] = [
  labelColumn(columns.feature, 'FEATURE'),
  metricColumn(texts.expiredUnused, 'CREDITS_EXPIRED_UNUSED'),
  metricColumn(texts.reachedExpiry, 'CREDITS_REACHED_EXPIRY'),
  metricColumn(texts.expiryRate, 'CREDIT_EXPIRY_RATE', ratioText),
]

const BALANCES = ['CREDITS_GRANTED', 'CREDITS_USED', 'CREDITS_EXPIRED', 'CREDITS_REMAINING'] as const

const BALANCE_COLUMNS: readonly Column<SeriesTable>[] = [
  {
    name: columns.account,
    cell: (row) => {
      const account = groupOf(row, 'ACCOUNT')
      return <AccountLink account={account?.value ? { id: account.value, name: account.label ?? '' } : null} />
    },
  },
  labelColumn(columns.feature, 'FEATURE'),
  metricColumn(columns.granted, 'CREDITS_GRANTED'),
  metricColumn(columns.used, 'CREDITS_USED'),
  metricColumn(columns.expired, 'CREDITS_EXPIRED'),
  metricColumn(columns.remaining, 'CREDITS_REMAINING'),
]

export function CreditFigures({ range: { from, to } }: RangeProps) {
  const range = { from, to }
  const sold = useOperation(MetricTotals, { metrics: PACKS, ...range })
  const expiry = useOperation(MetricTotals, { metrics: EXPIRY, ...range })
  const balances = useGroups({ metrics: BALANCES })
  const packs = tablesOf(sold.data?.metrics?.nodes)
  const expired = tablesOf(expiry.data?.metrics?.nodes)
  return (
    <Stack>
      <Panel
        title={texts.packs}
        query={sold}
        hint={<Definitions name={texts.packs} columns={PACK_COLUMNS} metrics={PACKS} data={sold.data} />}
        actions={<CsvButton path="api/v1/analytics/credit-packs.csv" search={{ ...range }} />}
      >
        {() => (
          <Stack>
            {packs.length > 0 && (
              <Chart hasTable={false} {...chartOf(texts.packs, groupsOf(packs, 'CREDIT_PACKS_SOLD', 'PRODUCT'))} />
            )}
            <DataTable
              name={texts.packs}
              columns={PACK_COLUMNS}
              pages={allAtOnce(sold, packs)}
              empty={texts.none}
              keyOf={({ key }) => key}
            />
          </Stack>
        )}
      </Panel>
      <Panel
        title={texts.expiry}
        query={expiry}
        hint={<Definitions name={texts.expiry} columns={EXPIRY_COLUMNS} metrics={EXPIRY} data={expiry.data} />}
      >
        {() => (
          <DataTable
            name={texts.expiry}
            columns={EXPIRY_COLUMNS}
            pages={allAtOnce(expiry, expired)}
            empty={texts.none}
            keyOf={({ key }) => key}
          />
        )}
      </Panel>
      <Panel
        title={texts.balances}
        query={balances.query}
        hint={
          <Definitions name={texts.balances} columns={BALANCE_COLUMNS} metrics={BALANCES} data={balances.query.data} />
        }
        actions={<CsvButton path="api/v1/analytics/user-credit-summary.csv" search={{}} />}
      >
        {() => <DataTable name={texts.balances} columns={BALANCE_COLUMNS} pages={balances} empty={texts.none} />}
      </Panel>
    </Stack>
  )
}
