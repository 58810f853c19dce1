import IconCheck from 'icon:check'
import { Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { AllCheckouts, RefundCheckout, ReleaseCheckout, type AllCheckoutsData } from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { actColumn } from '../../ui/act-menu.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Empty } from '../../ui/empty.js'
import { capitalized } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { everyHalfMinute } from '../../ui/read-again.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { AccountLink } from './links.js'

const texts = operationsWords.checkouts
type Row = NonNullable<AllCheckoutsData['checkouts']>['nodes'][number]

const columnsWith = (onRelease: (row: Row) => void, onRefund: (row: Row) => void): readonly Column<Row>[] => [
  { name: texts.product, by: ({ product }) => product.name },
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
  { name: texts.amount, isNumber: true, by: (row) => row.money },
  {
    name: texts.reason,
    isLong: true,
    by: ({ statusReason }) => statusReason && capitalized(statusReason),
  },
  {
    name: texts.since,
    isShort: true,
    by: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Moment at={createdAt} isBusiness />,
  },
  actColumn(
    ({ product, account }) => [product.name, account?.name].filter(Boolean).join(', '),
    (row) => [
      { name: texts.release, onOpen: () => onRelease(row) },
      { name: texts.refund, isDangerous: true, onOpen: () => onRefund(row) },
    ],
  ),
]

/** Payments that do not match their checkout: an operator grants what was paid, or returns the money. */
export function Checkouts() {
  const pages = useCursorPages(AllCheckouts, { filter: { statuses: ['QUARANTINED'] } }, ({ checkouts }) => checkouts, {
    refetchInterval: everyHalfMinute,
  })
  const [released, setReleased] = useState<Row | null>(null)
  const [refunded, setRefunded] = useState<Row | null>(null)
  const columns = useMemo(() => columnsWith(setReleased, setRefunded), [])
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Text>{texts.intro}</Text>
      <DataTable
        isPage
        name={texts.title}
        columns={columns}
        pages={pages}
        empty={<Empty icon={IconCheck}>{texts.none}</Empty>}
      />
      {released && <ReleaseDialog checkout={released} onClose={() => setReleased(null)} />}
      {refunded && <RefundDialog checkout={refunded} onClose={() => setRefunded(null)} />}
    </Stack>
  )
}

interface CheckoutDialogProps {
  readonly checkout: Row
  readonly onClose: () => void
}

function ReleaseDialog({ checkout: { id, product }, onClose }: CheckoutDialogProps) {
  const release = usePageAction(ReleaseCheckout, onClose)
  return (
    <ActDialog
      title={texts.releaseTitle}
      effect={texts.releaseEffect(product.name)}
      confirm={texts.release}
      action={release}
      onConfirm={(reason) => release.run({ id, reason })}
      onClose={onClose}
    />
  )
}

function RefundDialog({ checkout: { id, product }, onClose }: CheckoutDialogProps) {
  const refund = usePageAction(RefundCheckout, onClose)
  return (
    <ActDialog
      title={texts.refundTitle}
      effect={texts.refundEffect(product.name)}
      confirm={texts.refund}
      isDangerous
      action={refund}
      onConfirm={(reason) => refund.run({ id, reason })}
      onClose={onClose}
    />
  )
}
