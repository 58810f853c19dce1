import { Stack } from '@mantine/core'
import { useMemo, useState } from 'react'
import {
  Invoices,
  Purchases,
  RecordInvoicePayment,
  RefundPurchase,
  type InvoiceFields,
  type PurchaseFields,
} from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { actColumn } from '../../ui/act-menu.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { date, money } from '../../ui/format.js'
import { moneyStep, typedMoney } from '../../ui/money.js'
import { NumberField } from '../../ui/number-field.js'
import { Panel } from '../../ui/panel.js'
import { purchaseTitle } from '../../ui/purchase-title.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { calendarWords } from '../../words/en/calendar.js'
import { discountWords } from '../../words/en/discounts.js'
import { operationsWords } from '../../words/en/operations.js'
import { AutoTopUps } from '../billing/auto-top-ups.js'
import { BalanceAlerts } from '../billing/balance-alerts.js'
import { InvoiceSteps } from '../billing/invoice-steps.js'
import { SpendCaps } from '../usage/spend-caps.js'
import { UsageAlerts } from '../usage/usage-alerts.js'
import { ChargingTerms } from './charging-terms.js'

const texts = operationsWords.look

/** Terms, purchases and invoices of an account, with refunds, and what the account set for its credits. */
export default function AccountMoney({ account }: { readonly account: string }) {
  return (
    <Stack>
      <ChargingTerms account={account} />
      <PurchaseList account={account} />
      <InvoiceList account={account} />
      <AutoTopUps account={account} />
      <BalanceAlerts account={account} />
      <SpendCaps account={account} />
      <UsageAlerts account={account} />
    </Stack>
  )
}

const REFUNDABLE: readonly string[] = ['PAID', 'PARTIALLY_REFUNDED']

const purchaseColumns = (onRefund: (row: PurchaseFields) => void): readonly Column<PurchaseFields>[] => [
  { name: texts.product, by: purchaseTitle },
  {
    name: texts.date,
    isShort: true,
    by: ({ purchasedAt }) => purchasedAt,
    cell: ({ purchasedAt }) => date(purchasedAt),
  },
  { name: texts.state, isState: true, by: ({ status }) => status },
  { name: texts.money, isNumber: true, by: (row) => row.money },
  {
    name: texts.refunded,
    isNumber: true,
    by: ({ refunded }) => refunded,
  },
  actColumn(
    (row) => `${purchaseTitle(row)}, ${date(row.purchasedAt)}`,
    (row) => [
      REFUNDABLE.includes(row.status) && { name: texts.refund, isDangerous: true, onOpen: () => onRefund(row) },
    ],
  ),
]

function PurchaseList({ account }: { readonly account: string }) {
  const [refunded, setRefunded] = useState<PurchaseFields | null>(null)
  const columns = useMemo(() => purchaseColumns(setRefunded), [])
  const pages = useCursorPages(Purchases, { account, first: 20 }, (data) => data.account?.billing?.purchases)
  return (
    <Panel title={texts.purchases} query={pages.query}>
      {() => (
        <>
          <DataTable name={texts.purchases} columns={columns} pages={pages} empty={texts.noPurchases} />
          {refunded && <RefundDialog purchase={refunded} onClose={() => setRefunded(null)} />}
        </>
      )}
    </Panel>
  )
}

function RefundDialog({ purchase, onClose }: { readonly purchase: PurchaseFields; readonly onClose: () => void }) {
  const refund = usePageAction(RefundPurchase, onClose)
  const [amount, setAmount] = useState('')
  const { currency } = purchase.money
  return (
    <ActDialog
      title={texts.refundTitle(purchaseTitle(purchase))}
      effect={texts.refundEffect(money(purchase.money))}
      confirm={texts.refund}
      isDangerous
      action={refund}
      onConfirm={(reason) =>
        refund.run({
          id: purchase.id,
          reason,
          ...(amount && { amount: typedMoney(amount, currency) }),
        })
      }
      onClose={onClose}
    >
      <NumberField
        label={texts.refundAmount(currency)}
        description={texts.refundAll}
        step={moneyStep(currency)}
        min={0}
        value={amount}
        onChange={setAmount}
      />
    </ActDialog>
  )
}

const PAYABLE: readonly string[] = ['OPEN', 'WRITTEN_OFF']

const numberOf = ({ id, number }: InvoiceFields): string => number ?? id.slice(-6)

interface InvoiceActs {
  readonly onPaid: (row: InvoiceFields) => void
  readonly onSteps: (row: InvoiceFields) => void
}

const invoiceColumns = ({ onPaid, onSteps }: InvoiceActs): readonly Column<InvoiceFields>[] => [
  { name: texts.number, by: numberOf },
  { name: texts.date, isShort: true, by: ({ createdAt }) => createdAt, cell: ({ createdAt }) => date(createdAt) },
  { name: texts.state, isState: true, by: ({ status }) => status },
  { name: texts.money, isNumber: true, by: ({ total }) => total },
  {
    name: discountWords.discount,
    isNumber: true,
    by: ({ discount }) => discount,
  },
  actColumn(
    (row) => words.billing.invoiceOf(numberOf(row)),
    (row) => [
      row.url && { name: words.billing.page, href: row.url },
      row.pdfUrl && { name: words.billing.pdf, file: row.pdfUrl },
      { name: calendarWords.steps, onOpen: () => onSteps(row) },
      PAYABLE.includes(row.status) && { name: texts.recordPayment, onOpen: () => onPaid(row) },
    ],
  ),
]

function InvoiceList({ account }: { readonly account: string }) {
  const [paid, setPaid] = useState<InvoiceFields | null>(null)
  const [opened, setOpened] = useState<InvoiceFields | null>(null)
  const columns = useMemo(() => invoiceColumns({ onPaid: setPaid, onSteps: setOpened }), [])
  const pages = useCursorPages(Invoices, { account, first: 20 }, (data) => data.account?.billing?.invoices)
  return (
    <Panel title={texts.invoices} query={pages.query}>
      {() => (
        <>
          <DataTable name={texts.invoices} columns={columns} pages={pages} empty={texts.noInvoices} />
          {opened && (
            <InvoiceSteps
              isOfCustomer
              invoice={{ id: opened.id, number: numberOf(opened) }}
              onClose={() => setOpened(null)}
            />
          )}
          {paid && <PaymentDialog invoice={paid} onClose={() => setPaid(null)} />}
        </>
      )}
    </Panel>
  )
}

function PaymentDialog({ invoice, onClose }: { readonly invoice: InvoiceFields; readonly onClose: () => void }) {
  const record = usePageAction(RecordInvoicePayment, onClose)
  return (
    <ActDialog
      title={texts.recordPaymentOf(numberOf(invoice))}
      effect={texts.recordPaymentEffect(money(invoice.amountDue))}
      confirm={texts.recordPayment}
      action={record}
      onConfirm={(reason) => record.run({ invoiceId: invoice.id, reason })}
      onClose={onClose}
    />
  )
}
