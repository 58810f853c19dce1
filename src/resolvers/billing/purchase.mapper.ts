import type { DisputeRow } from '#entities/billing/dispute.entity.js'
import type { InvoiceRow, StoredCreditNote } from '#entities/billing/invoice.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { RefundRow } from '#entities/billing/refund.entity.js'
import type { CreditNote } from '#schema/billing/credit-note.type.js'
import type { Dispute } from '#schema/billing/dispute.type.js'
import type { Invoice } from '#schema/billing/invoice.type.js'
import type { Purchase, Refund } from '#schema/billing/purchase.type.js'
import { discountOfInvoice } from '#services/billing/invoices/discount-of-invoice.js'
import { toUnitPrice } from './plan-change.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

export const toPurchase = (row: PurchaseRow): Purchase => ({
  __typename: 'Purchase',
  id: row.id,
  productId: row.productId,
  accountId: row.accountId,
  checkoutId: row.checkoutId,
  invoiceId: row.invoiceId,
  subscriptionId: row.subscriptionId,
  money: toMoney({ amountMinor: row.amountMinor, currency: row.currency }),
  paidByCredit: row.creditMinor > 0 ? toMoney({ amountMinor: row.creditMinor, currency: row.currency }) : null,
  credited: row.creditedMinor > 0 ? toMoney({ amountMinor: row.creditedMinor, currency: row.currency }) : null,
  forOverage: row.overage,
  status: row.status,
  provider: row.provider,
  providerReceiptUrl: row.receiptUrl,
  purchasedAt: row.purchasedAt,
  refunded: row.refundedMinor > 0 ? toMoney({ amountMinor: row.refundedMinor, currency: row.currency }) : null,
  expiresAt: row.expiresAt,
})

export const toRefund = (row: RefundRow): Refund => ({
  __typename: 'Refund',
  id: row.id,
  money: toMoney(row),
  status: row.status,
  createdAt: row.createdAt,
})

export const toDispute = (row: DisputeRow): Dispute => ({
  __typename: 'Dispute',
  id: row.id,
  money: toMoney(row),
  status: row.status,
  providerReference: row.externalId,
  createdAt: row.openedAt,
})

const discountOf = (row: InvoiceRow): Invoice['discount'] => {
  const discount = discountOfInvoice(row)
  return discount && toMoney(discount)
}

/** Statuses in which an invoice can be paid on its page. */
const PAYABLE: readonly InvoiceRow['status'][] = ['OPEN', 'UNCOLLECTIBLE']

export const toInvoice = (row: InvoiceRow): Invoice => ({
  __typename: 'Invoice',
  id: row.id,
  accountId: row.accountId,
  externalId: row.externalId,
  subscriptionId: row.subscriptionId,
  provider: row.provider,
  providerNumber: row.number,
  status: row.status,
  total: toMoney({ amountMinor: row.totalMinor, currency: row.currency }),
  discount: discountOf(row),
  paidByCredit: row.creditMinor === 0 ? null : toMoney({ amountMinor: row.creditMinor, currency: row.currency }),
  tax: toMoney({ amountMinor: row.taxMinor, currency: row.currency }),
  amountDue: toMoney({ amountMinor: row.amountDueMinor, currency: row.currency }),
  amountPaid: toMoney({ amountMinor: row.amountPaidMinor, currency: row.currency }),
  dueAt: row.amountDueMinor > 0 ? row.dueAt : null,
  isSent: row.isSent,
  paidAt: row.paidAt,
  periodStart: dateOf(row.lines.flatMap((line) => line.periodStart ?? []).toSorted()[0]),
  periodEnd: dateOf(
    row.lines
      .flatMap((line) => line.periodEnd ?? [])
      .toSorted()
      .at(-1),
  ),
  paymentUrl: PAYABLE.includes(row.status) && row.amountDueMinor > 0 ? row.hostedUrl : null,
  creditNotes: row.creditNotes.map((note) => toCreditNote(note, row.currency)),
  createdAt: row.createdAt,
  url: row.hostedUrl,
  providerPdfUrl: row.pdfUrl,
  allLines: row.lines.map((line) => ({
    __typename: 'InvoiceLine',
    kind: line.kind ?? (line.proration ? 'PRORATION' : line.priceExternalId === null ? 'OTHER' : 'RECURRING'),
    description: line.description,
    money: toMoney({ amountMinor: line.amountMinor, currency: row.currency }),
    discount: line.discountMinor ? toMoney({ amountMinor: line.discountMinor, currency: row.currency }) : null,
    quantity: line.quantity === null ? null : String(line.quantity),
    unitPrice: toUnitPrice(line.unitPrice, row.currency),
    periodStart: dateOf(line.periodStart),
    periodEnd: dateOf(line.periodEnd),
  })),
})

function toCreditNote(note: StoredCreditNote, currency: string): CreditNote {
  const part = (amountMinor: number) => (amountMinor > 0 ? toMoney({ amountMinor, currency }) : null)
  return {
    __typename: 'CreditNote',
    number: note.number,
    money: toMoney({ amountMinor: note.totalMinor, currency }),
    tax: toMoney({ amountMinor: note.taxMinor, currency }),
    reason: note.reason ?? null,
    reducedDue: part(note.prePaymentMinor),
    refunded: part(note.refundedMinor),
    credited: part(note.creditedMinor),
    returnedElsewhere: part(note.elsewhereMinor),
    pdfUrl: note.pdfUrl ?? null,
    createdAt: new Date(note.at),
  }
}

const dateOf = (time: string | null | undefined): Date | null => (time ? new Date(time) : null)
