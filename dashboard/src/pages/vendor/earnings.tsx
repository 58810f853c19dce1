import { Stack, Text } from '@mantine/core'
import {
  VendorEarnings,
  VendorPayouts,
  Viewer,
  type MoneyFields,
  type VendorEarningsData,
  type VendorPayoutsData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { BarChart } from '../../ui/bar-chart.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { date, label, moment, money, month, percent } from '../../ui/format.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { allAtOnce, useCursorPages } from '../../ui/use-cursor-pages.js'
import { vendorWords } from '../../words/en/vendor.js'

const texts = vendorWords
type Report = NonNullable<VendorEarningsData['vendorEarnings']>
type Entry = Report['entries']['nodes'][number]
type Payout = NonNullable<NonNullable<VendorPayoutsData['vendor']>['payouts']>['nodes'][number]

/** Amounts of one currency. */
interface Totals {
  readonly currency: string
  readonly amounts: readonly (MoneyFields | undefined)[]
}

const KINDS = ['gross', 'share', 'clawedBack', 'paidOut', 'payable'] as const

/** Amounts of different currencies are in different rows. */
function totalsOf(report: Report): readonly Totals[] {
  const currencies = new Set(KINDS.flatMap((kind) => report[kind].map(({ currency }) => currency)))
  return [...currencies].map((currency) => ({
    currency,
    amounts: KINDS.map((kind) => report[kind].find((amount) => amount.currency === currency)),
  }))
}

const TOTAL_COLUMNS: readonly Column<Totals>[] = [
  { name: texts.currency, cell: ({ currency }) => currency },
  ...KINDS.map((kind, index) => ({
    name: texts[kind],
    isNumber: true,
    cell: ({ amounts }: Totals) => {
      const amount = amounts[index]
      return amount ? money(amount) : '–'
    },
  })),
]

const ENTRY_COLUMNS: readonly Column<Entry>[] = [
  { name: texts.at, isShort: true, cell: ({ at }) => date(at) },
  { name: texts.kind, cell: ({ kind }) => label(kind) },
  { name: texts.template, cell: ({ templateName }) => templateName },
  { name: texts.gross, isNumber: true, cell: ({ gross }) => gross && money(gross) },
  {
    name: texts.portion,
    isNumber: true,
    cell: ({ shareBasisPoints }) => shareBasisPoints !== null && percent(shareBasisPoints / 10_000),
  },
  { name: texts.money, isNumber: true, cell: (entry) => money(entry.money) },
]

const PAYOUT_COLUMNS: readonly Column<Payout>[] = [
  { name: texts.at, isShort: true, cell: ({ createdAt }) => moment(createdAt) },
  { name: texts.method, cell: ({ method }) => label(method) },
  { name: texts.state, cell: ({ status }) => <StatusBadge state={status} /> },
  { name: texts.reason, cell: ({ failureReason }) => failureReason },
  { name: texts.money, isNumber: true, cell: (payout) => money(payout.money) },
]

/** Earnings of a vendor by month and by sale, and the payouts. */
export function Earnings() {
  const viewer = useOperation(Viewer, {})
  const vendor = viewer.data?.viewer?.vendor
  return (
    <Stack>
      <PageHeading side={<LiveBadge />}>{texts.earnings}</PageHeading>
      {viewer.data && !vendor && <Text>{texts.noProfile}</Text>}
      {vendor && <Report vendor={vendor.id} />}
      {vendor && <Payouts vendor={vendor.id} />}
    </Stack>
  )
}

function Report({ vendor }: { readonly vendor: string }) {
  const pages = useCursorPages(VendorEarnings, { vendor, first: 50 }, ({ vendorEarnings }) => vendorEarnings?.entries)
  const report = pages.query.data?.vendorEarnings
  const totals = report ? totalsOf(report) : []
  return (
    <>
      <Panel title={texts.totals} query={pages.query}>
        {() => (
          <>
            {totals.map(({ currency }) => (
              <BarChart
                key={currency}
                name={texts.shareOf(currency)}
                bars={(report?.byMonth ?? []).map((point) => {
                  const amount = point.share.find((share) => share.currency === currency)
                  return {
                    name: month(point.month),
                    value: Number(amount?.decimal ?? 0),
                    text: amount ? money(amount) : '–',
                  }
                })}
              />
            ))}
            <DataTable
              name={texts.totals}
              columns={TOTAL_COLUMNS}
              pages={allAtOnce(pages.query, totals)}
              empty={texts.noEarnings}
              keyOf={({ currency }) => currency}
            />
          </>
        )}
      </Panel>
      <Panel
        title={texts.statement}
        query={pages.query}
        actions={<CsvButton path="api/v1/marketplace/statement.csv" search={{}} />}
      >
        {() => <DataTable name={texts.statement} columns={ENTRY_COLUMNS} pages={pages} empty={texts.noEarnings} />}
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
