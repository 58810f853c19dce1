import { Stack, Text } from '@mantine/core'
import {
  VendorEarnings,
  VendorMetrics,
  VendorPayouts,
  Viewer,
  type VendorEarningsData,
  type VendorPayoutsData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { Chart } from '../../ui/chart.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { date, label, percent } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { chartOf, periodsOf, tablesOf, valueText, type SeriesTable, metricNumber } from '../../ui/series.js'
import { TIME_ORDERS, useFromEnd } from '../../ui/sorting.js'
import { allAtOnce, joinedState, useCursorPages } from '../../ui/use-cursor-pages.js'
import { vendorWords } from '../../words/en/vendor.js'

const texts = vendorWords
type Entry = NonNullable<NonNullable<VendorEarningsData['vendor']>['earningsEntries']>['nodes'][number]
type Payout = NonNullable<NonNullable<VendorPayoutsData['vendor']>['payouts']>['nodes'][number]

const METRICS = [
  'EARNINGS_GROSS',
  'EARNINGS_SHARE',
  'EARNINGS_CLAWED_BACK',
  'EARNINGS_PAID_OUT',
  'EARNINGS_PAYABLE',
] as const
const NAMES = {
  EARNINGS_GROSS: texts.gross,
  EARNINGS_SHARE: texts.share,
  EARNINGS_CLAWED_BACK: texts.clawedBack,
  EARNINGS_PAID_OUT: texts.paidOut,
  EARNINGS_PAYABLE: texts.payable,
} as const

const TOTAL_COLUMNS: readonly Column<SeriesTable>[] = [
  { name: texts.currency, by: ({ currency }) => currency },
  ...METRICS.map((metric) => ({
    name: NAMES[metric],
    isNumber: true,
    by: ({ total }: SeriesTable) => metricNumber(total[metric]),
    cell: ({ total }: SeriesTable) => valueText(total[metric]),
  })),
]

const ENTRY_COLUMNS: readonly Column<Entry>[] = [
  { name: texts.at, isShort: true, orders: TIME_ORDERS, by: ({ at }) => at, cell: ({ at }) => date(at) },
  { name: texts.kind, by: ({ kind }) => label(kind) },
  { name: texts.template, by: ({ template }) => template?.name },
  { name: texts.gross, isNumber: true, by: ({ gross }) => gross },
  {
    name: texts.portion,
    isNumber: true,
    by: ({ sharePercent }) => sharePercent,
    cell: ({ sharePercent }) => sharePercent !== null && percent(sharePercent / 100),
  },
  { name: texts.money, place: 'corner', isNumber: true, by: (entry) => entry.money },
]

const PAYOUT_COLUMNS: readonly Column<Payout>[] = [
  {
    name: texts.at,
    isShort: true,
    by: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Moment at={createdAt} isBusiness />,
  },
  { name: texts.method, by: ({ method }) => label(method) },
  { name: texts.state, isState: true, by: ({ status }) => status },
  { name: texts.reason, by: ({ failureReason }) => failureReason },
  { name: texts.money, isNumber: true, by: (payout) => payout.money },
]

/** Earnings of a vendor by month and by sale, and the payouts. */
export function Earnings() {
  const viewer = useOperation(Viewer, {})
  const vendor = viewer.data?.viewer?.vendor
  return (
    <Stack className="settling">
      <PageHeading>{texts.earnings}</PageHeading>
      {viewer.data && !vendor && <Text>{texts.noProfile}</Text>}
      {vendor && (
        <Stack className="settled">
          <Report vendor={vendor.id} />
          <Payouts vendor={vendor.id} />
        </Stack>
      )}
    </Stack>
  )
}

function Report({ vendor }: { readonly vendor: string }) {
  const figures = useOperation(VendorMetrics, { vendor, metrics: METRICS, interval: 'RANGE' })
  const months = useOperation(VendorMetrics, { vendor, metrics: ['EARNINGS_SHARE'] })
  const totals = tablesOf(figures.data?.vendor?.metrics?.nodes)
  const pages = useCursorPages(VendorEarnings, { vendor, first: 50 }, (data) => data.vendor?.earningsEntries, {
    isFromEnd: useFromEnd(ENTRY_COLUMNS),
  })
  return (
    <>
      <Panel title={texts.totals} query={joinedState(figures, months)}>
        {() => (
          <>
            {tablesOf(months.data?.vendor?.metrics?.nodes).map(({ currency, rows }, _, all) => (
              <Chart
                key={currency}
                {...chartOf(texts.shareOf(currency ?? ''), periodsOf(rows, 'EARNINGS_SHARE'))}
                hasTitle={all.length > 1}
                isLastPartial
              />
            ))}
            <DataTable
              name={texts.totals}
              columns={TOTAL_COLUMNS}
              pages={allAtOnce(figures, totals)}
              empty={texts.noEarnings}
              keyOf={({ key }) => key}
            />
          </>
        )}
      </Panel>
      <Panel
        title={texts.statement}
        query={pages.query}
        actions={<CsvButton path="api/v1/marketplace/statement.csv" search={{}} />}
      >
        {() => (
          <DataTable isPage name={texts.statement} columns={ENTRY_COLUMNS} pages={pages} empty={texts.noEarnings} />
        )}
      </Panel>
    </>
  )
}

function Payouts({ vendor }: { readonly vendor: string }) {
  const pages = useCursorPages(VendorPayouts, { vendor }, (data) => data.vendor?.payouts)
  return (
    <Panel title={texts.payoutList} query={pages.query}>
      {() => <DataTable name={texts.payoutList} columns={PAYOUT_COLUMNS} pages={pages} empty={texts.noPayouts} />}
    </Panel>
  )
}
