import { Stack } from '@mantine/core'
import { Suspense, useMemo, useState } from 'react'
import { Vendors as VendorList, VerifyVendor, type VendorsData } from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { usePageAction } from '../../session/use-page-action.js'
import { DenialAlert } from '../../ui/act-dialog.js'
import { actColumn } from '../../ui/act-menu.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { ListBar } from '../../ui/list-bar.js'
import { money } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { everyHalfMinute, ReadAgain } from '../../ui/read-again.js'
import { StateBadge } from '../../ui/state-badge.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { lazyPart } from '../../session/load-part.js'
import type { Due } from './pay-dialog.js'

const PayDialog = lazyPart(() => import('./pay-dialog.js'), 'PayDialog')

const texts = operationsWords.vendors
type Row = NonNullable<VendorsData['vendors']>['nodes'][number]

const positive = ({ payable }: Row) => (payable ?? []).filter(({ decimal }) => Number(decimal) > 0)

const columnsWith = (onVerify: (row: Row) => void, onPay: (due: Due) => void): readonly Column<Row>[] => [
  { name: texts.name, by: ({ name }) => name },
  {
    name: texts.verified,
    isState: true,
    by: ({ verified }) => verified,
    cell: ({ verified }) => (
      <StateBadge color={verified ? 'green' : 'gray'}>{verified ? texts.isVerified : texts.notVerified}</StateBadge>
    ),
  },
  {
    name: texts.payouts,
    by: ({ payoutsEnabled }) => payoutsEnabled,
    cell: ({ payoutsEnabled }) => (payoutsEnabled ? texts.enabled : texts.disabled),
  },
  {
    name: texts.balance,
    isNumber: true,
    by: ({ payable }) => payable?.[0],
    cell: ({ payable }) => (payable ?? []).map((amount) => <div key={amount.currency}>{money(amount)}</div>),
  },
  actColumn(
    ({ name }) => name,
    (row) => [
      ...positive(row).map((amount) => ({
        name: texts.pay(money(amount)),
        onOpen: () => onPay({ vendor: row, amount }),
      })),
      { name: row.verified ? texts.unverify : texts.verify, onChoose: () => onVerify(row) },
    ],
  ),
]

const SEARCH = { name: 'query', label: texts.search }
const FILTERS = [{ name: 'payable', label: texts.show, data: [{ value: 'yes', label: texts.payable }] }]

/** Vendors, with their balances to pay out. */
export function Vendors() {
  const [query] = useFilter('query')
  const [payable] = useFilter('payable')
  const pages = useCursorPages(
    VendorList,
    { first: 50, filter: { ...(query && { search: query }), ...(payable && { payable: true }) } },
    ({ vendors }) => vendors,
    { refetchInterval: everyHalfMinute },
  )
  const verify = usePageAction(VerifyVendor)
  const { run } = verify
  const [due, setDue] = useState<Due | null>(null)
  const columns = useMemo(() => columnsWith(({ id, verified }) => run({ id, verified: !verified }), setDue), [run])
  return (
    <Stack>
      <PageHeading side={<ReadAgain />}>{texts.title}</PageHeading>
      <ListBar name={texts.title} search={SEARCH} filters={FILTERS}>
        <CsvButton path="api/v1/marketplace/payouts.csv" search={{}} />
      </ListBar>
      <DenialAlert action={verify} />
      <DataTable isPage name={texts.title} columns={columns} pages={pages} empty={texts.none} />
      {due && (
        <Suspense>
          <PayDialog due={due} onClose={() => setDue(null)} />
        </Suspense>
      )}
    </Stack>
  )
}
