import { Stack } from '@mantine/core'
import {
  CreditAnalytics,
  PackagePerformance,
  UserCreditSummary,
  type PackagePerformanceData,
  type UserCreditSummaryData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { BarChart } from '../../ui/bar-chart.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { DetailList } from '../../ui/detail-list.js'
import { count, money, percent } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce, useCursorPages } from '../../ui/use-cursor-pages.js'
import { figuresWords } from '../../words/en/figures.js'
import type { FigureRange } from './figures.js'
import { AccountLink } from './links.js'

const texts = figuresWords
const { columns } = texts

interface RangeProps {
  readonly range: FigureRange
}

type Performance = NonNullable<PackagePerformanceData['packagePerformance']>['nodes'][number]
type Sold = Performance & { readonly id: string }

const PACKAGE_COLUMNS: readonly Column<Sold>[] = [
  { name: columns.product, cell: ({ product }) => product.name },
  { name: columns.purchases, isNumber: true, cell: ({ purchases }) => count(purchases) },
  { name: columns.gross, isNumber: true, cell: ({ gross }) => money(gross) },
  { name: columns.revenue, isNumber: true, cell: ({ revenue }) => money(revenue) },
  {
    name: columns.conversion,
    isNumber: true,
    cell: ({ conversionRate }) => (conversionRate === null ? '–' : percent(conversionRate)),
  },
  {
    name: columns.trend,
    isNumber: true,
    cell: ({ trend30Days }) => (trend30Days === null ? '–' : percent(trend30Days)),
  },
]

export function PackageFigures({ range }: RangeProps) {
  const pages = useCursorPages(PackagePerformance, { first: 50, ...range }, ({ packagePerformance }) =>
    packagePerformance
      ? {
          ...packagePerformance,
          nodes: packagePerformance.nodes.map((node) => ({ ...node, id: `${node.product.id}${node.currency}` })),
        }
      : null,
  )
  const first = pages.pieces[0] ?? []
  const currencies = [...new Set(first.map(({ currency }) => currency))]
  return (
    <Panel
      title={texts.packages}
      query={pages.query}
      height={320}
      actions={<CsvButton path="api/v1/analytics/package-performance.csv" search={{ ...range }} />}
    >
      {() => (
        <Stack>
          {currencies.map((currency) => (
            <BarChart
              key={currency}
              name={texts.revenueOf(currency)}
              bars={first
                .filter((row) => row.currency === currency)
                .slice(0, 12)
                .map(({ product, revenue }) => ({
                  name: product.name,
                  value: Number(revenue.decimal),
                  text: money(revenue),
                }))}
            />
          ))}
          <DataTable name={texts.packages} columns={PACKAGE_COLUMNS} pages={pages} empty={texts.none} />
        </Stack>
      )}
    </Panel>
  )
}

type Summary = NonNullable<UserCreditSummaryData['userCreditSummary']>['nodes'][number]
type Balance = Summary & { readonly id: string }

const BALANCE_COLUMNS: readonly Column<Balance>[] = [
  { name: columns.account, cell: ({ account }) => <AccountLink account={account} /> },
  { name: columns.feature, cell: ({ feature }) => feature.name },
  { name: columns.granted, isNumber: true, cell: ({ granted }) => count(granted) },
  { name: columns.used, isNumber: true, cell: ({ used }) => count(used) },
  { name: columns.expired, isNumber: true, cell: ({ expired }) => count(expired) },
  { name: columns.remaining, isNumber: true, cell: ({ remaining }) => count(remaining) },
]

export function CreditFigures({ range }: RangeProps) {
  const totals = useOperation(CreditAnalytics, { ...range })
  const pages = useCursorPages(UserCreditSummary, { first: 50 }, ({ userCreditSummary }) =>
    userCreditSummary
      ? {
          ...userCreditSummary,
          nodes: userCreditSummary.nodes.map((node) => ({ ...node, id: `${node.account.id}${node.feature.id}` })),
        }
      : null,
  )
  const packs = totals.data?.creditAnalytics?.popularPacks ?? []
  return (
    <Stack>
      <Panel
        title={texts.packs}
        query={totals}
        actions={<CsvButton path="api/v1/analytics/credit-packs.csv" search={{ ...range }} />}
      >
        {({ creditAnalytics: credits }) => (
          <Stack>
            {packs.length > 0 && (
              <BarChart
                name={texts.packs}
                bars={packs.map(({ package: pack, purchases }) => ({
                  name: pack.name,
                  value: purchases,
                  text: count(purchases),
                }))}
              />
            )}
            <DataTable
              name={texts.packs}
              columns={PACK_COLUMNS}
              pages={allAtOnce(totals, packs)}
              empty={texts.none}
              keyOf={({ package: pack }) => pack.id}
            />
            {credits && (
              <DetailList
                items={[
                  [texts.expiredUnused, count(credits.expiredUnused)],
                  [texts.reachedExpiry, count(credits.reachedExpiry)],
                  [texts.expiryRate, percent(credits.expiryRate)],
                ]}
              />
            )}
          </Stack>
        )}
      </Panel>
      <Panel
        title={texts.balances}
        query={pages.query}
        actions={<CsvButton path="api/v1/analytics/user-credit-summary.csv" search={{}} />}
      >
        {() => <DataTable name={texts.balances} columns={BALANCE_COLUMNS} pages={pages} empty={texts.none} />}
      </Panel>
    </Stack>
  )
}

const PACK_COLUMNS: readonly Column<{
  readonly package: { readonly id: string; readonly name: string }
  readonly purchases: number
}>[] = [
  { name: columns.product, cell: ({ package: pack }) => pack.name },
  { name: columns.purchases, isNumber: true, cell: ({ purchases }) => count(purchases) },
]
