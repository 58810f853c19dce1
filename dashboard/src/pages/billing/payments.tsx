import IconReceipt from 'icon:receipt'
import { Text } from '@mantine/core'
import { Suspense, useMemo, useState } from 'react'
import { Invoices, Purchases, type InvoicesData, type PurchaseFields } from '@stackgate/client/documents'
import { actColumn } from '../../ui/act-menu.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Empty } from '../../ui/empty.js'
import { date, money } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { purchaseTitle } from '../../ui/purchase-title.js'
import { joinedState, useCursorPages, type TablePages } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { calendarWords } from '../../words/en/calendar.js'
import { discountWords } from '../../words/en/discounts.js'
import { lazyPart } from '../../session/load-part.js'
import { INVOICES } from './use-unpaid-invoice.js'

const InvoiceSteps = lazyPart(() => import('./invoice-steps.js'), 'InvoiceSteps')

const texts = words.billing
const { columns } = texts

type Invoice = NonNullable<NonNullable<NonNullable<InvoicesData['account']>['billing']>['invoices']>['nodes'][number]

/** An invoice, with its payment if there is one, or a payment without an invoice. */
interface Payment {
  readonly id: string
  readonly at: string
  readonly invoice?: Invoice | undefined
  readonly purchase?: PurchaseFields | undefined
}

const numberOf = ({ id, number }: Invoice): string => number ?? id.slice(-6)

const titleOf = ({ invoice, purchase }: Payment): string =>
  purchase ? purchaseTitle(purchase) : (invoice?.lines.nodes[0]?.description ?? texts.invoiceOf(numberOf(invoice!)))

const amountOf = ({ invoice, purchase }: Payment) => invoice?.total ?? purchase!.money

/** @param isPastDue true for an account with an overdue invoice */
const statusOf = ({ invoice, purchase }: Payment, isPastDue: boolean): string =>
  isPastDue && invoice?.paymentUrl ? 'PAST_DUE' : (invoice?.status ?? purchase!.status)

const columnsWith = (onSteps: (invoice: Invoice) => void, isPastDue: boolean): readonly Column<Payment>[] => [
  {
    name: columns.description,
    by: titleOf,
    cell: (row) => (
      <>
        <Text size="sm">{titleOf(row)}</Text>
        {row.invoice && (
          <Text size="xs" c="dimmed" className="second-line">
            {texts.invoiceOf(numberOf(row.invoice))}
          </Text>
        )}
      </>
    ),
  },
  { name: columns.date, isShort: true, by: ({ at }) => at, cell: ({ at }) => date(at) },
  {
    name: columns.state,
    isState: true,
    by: (row) => statusOf(row, isPastDue),
  },
  {
    name: columns.amount,
    isNumber: true,
    by: amountOf,
    cell: (row) => (
      <>
        {money(amountOf(row))}
        {row.invoice?.discount && (
          <Text size="xs" c="dimmed">
            {discountWords.contained(money(row.invoice.discount))}
          </Text>
        )}
        {row.invoice?.creditNotes.map((note) => (
          <Text key={note.number} size="xs" c="dimmed">
            {calendarWords.creditNote.whole(money(note.money))}
          </Text>
        ))}
        {row.purchase?.refunded && Number(row.purchase.refunded.decimal) > 0 && (
          <Text size="xs" c="dimmed">
            {texts.refunded(money(row.purchase.refunded))}
          </Text>
        )}
      </>
    ),
  },
  actColumn(
    (row) => `${titleOf(row)}, ${date(row.at)}`,
    ({ invoice, purchase }) => [
      invoice?.paymentUrl && { name: texts.pay, href: invoice.paymentUrl },
      invoice?.url && { name: texts.page, href: invoice.url },
      invoice?.pdfUrl && { name: texts.pdf, file: invoice.pdfUrl },
      purchase?.receiptUrl &&
        purchase.receiptUrl !== invoice?.pdfUrl && { name: texts.receipt, file: purchase.receiptUrl },
      invoice && { name: calendarWords.steps, onOpen: () => onSteps(invoice) },
    ],
  ),
]

/** Invoices with their payments, and payments without an invoice, such as packs. Each amount of money is one row. */
export function Payments({ account, isPastDue }: { readonly account: string; readonly isPastDue: boolean }) {
  const invoices = useCursorPages(Invoices, { account, first: INVOICES }, (data) => data.account?.billing?.invoices)
  const purchases = useCursorPages(Purchases, { account, first: INVOICES }, (data) => data.account?.billing?.purchases)
  const [opened, setOpened] = useState<Invoice | null>(null)
  const paymentColumns = useMemo(() => columnsWith(setOpened, isPastDue), [isPastDue])
  const pages = usePayments(invoices, purchases)
  return (
    <Panel title={texts.payments} query={pages.query}>
      {() => (
        <>
          <DataTable
            name={texts.payments}
            columns={paymentColumns}
            pages={pages}
            empty={<Empty icon={IconReceipt}>{texts.noPayments}</Empty>}
          />
          {opened && (
            <Suspense fallback={null}>
              <InvoiceSteps invoice={{ id: opened.id, number: numberOf(opened) }} onClose={() => setOpened(null)} />
            </Suspense>
          )}
        </>
      )}
    </Panel>
  )
}

/** Two lists as one, the newest first. Rows that are older than what was read of the other list wait for its older ones. */
function usePayments(invoices: TablePages<Invoice>, purchases: TablePages<PurchaseFields>): TablePages<Payment> {
  const pieces = useMemo(() => {
    const allInvoices = invoices.pieces.flat()
    const allPurchases = purchases.pieces.flat()
    const byInvoice = new Map(allPurchases.map((purchase) => [purchase.invoice?.id, purchase]))
    const until = [
      invoices.hasOlder ? allInvoices.at(-1)?.createdAt : undefined,
      purchases.hasOlder ? allPurchases.at(-1)?.purchasedAt : undefined,
    ].reduce<string>((latest, at) => (at && at > latest ? at : latest), '')
    const rows = [
      ...allInvoices.map((invoice): Payment => {
        const { id, createdAt: at } = invoice
        return { id, at, invoice, purchase: byInvoice.get(id) }
      }),
      ...allPurchases.flatMap((purchase): Payment[] =>
        purchase.invoice ? [] : [{ id: purchase.id, at: purchase.purchasedAt, purchase }],
      ),
    ]
      .filter(({ at }) => at >= until)
      .toSorted((one, other) => other.at.localeCompare(one.at))
    return [rows]
  }, [invoices.pieces, invoices.hasOlder, purchases.pieces, purchases.hasOlder])
  const lists = [invoices, purchases]
  return {
    query: joinedState(invoices.query, purchases.query),
    pieces,
    hasOlder: lists.some(({ hasOlder }) => hasOlder),
    isLoadingOlder: lists.some(({ isLoadingOlder }) => isLoadingOlder),
    loadMany: lists.every(({ loadMany }) => loadMany)
      ? () => {
          for (const list of lists) if (list.hasOlder) list.loadMany?.()
        }
      : null,
    loadOlder: () => {
      for (const list of lists) if (list.hasOlder) list.loadOlder()
    },
  }
}
