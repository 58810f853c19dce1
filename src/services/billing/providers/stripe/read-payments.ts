import type { Stripe } from 'stripe'
import type { DisputeStatus } from '#entities/billing/dispute.entity.js'
import type {
  CreditNoteReason,
  InvoiceLineKind,
  InvoiceStatus,
  StoredCreditNote,
  StoredInvoiceLine,
} from '#entities/billing/invoice.entity.js'
import type { RefundStatus } from '#entities/billing/refund.entity.js'
import type {
  FetchedDispute,
  FetchedInvoice,
  FetchedPayment,
  FetchedRefund,
  TopUpReference,
  TopUpTerms,
} from '../payments-port.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { idOf, time } from './read-objects.js'
import { decimalOf, fromStripe, minorOf } from './stripe-amounts.js'

const PAYMENT_STATUSES: Record<string, FetchedPayment['status']> = {
  succeeded: 'SUCCEEDED',
  canceled: 'FAILED',
  // Status of a payment after a failed attempt; another attempt can follow.
  requires_payment_method: 'FAILED',
  processing: 'PENDING',
  requires_action: 'PENDING',
  requires_capture: 'PENDING',
  requires_confirmation: 'PENDING',
}

const REFUND_STATUSES: Record<string, Exclude<RefundStatus, 'CREATING'>> = {
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  canceled: 'CANCELED',
}

/** Whatever is neither decided for the seller nor against it is open; an inquiry that was closed took nothing. */
const DISPUTE_STATUSES: Record<string, DisputeStatus> = {
  won: 'WON',
  warning_closed: 'WON',
  prevented: 'WON',
  lost: 'LOST',
}

const INVOICE_STATUSES: Record<string, InvoiceStatus> = {
  draft: 'DRAFT',
  open: 'OPEN',
  paid: 'PAID',
  uncollectible: 'UNCOLLECTIBLE',
  void: 'VOID',
}

/** A payment intent in our words, without its refunds and disputes. */
export function readPayment(
  intent: Stripe.PaymentIntent,
  invoiceId: string | null,
): Omit<FetchedPayment, 'refunds' | 'disputes'> {
  const status = PAYMENT_STATUSES[intent.status]
  if (intent.object !== 'payment_intent' || !status)
    throw new ProviderUnavailable(`Stripe returned a payment with an unknown status: ${intent.status}`)
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null
  return {
    paymentId: intent.id,
    status,
    customerId: idOf(intent.customer),
    checkoutId: intent.metadata['checkout_id'] ?? null,
    topUp: readTopUp(intent.metadata),
    invoiceId,
    money: fromStripe(intent.amount_received || intent.amount, intent.currency),
    paidAt: status === 'SUCCEEDED' ? time(charge?.created ?? intent.created) : null,
    receiptUrl: charge?.receipt_url ?? null,
    ...(status === 'FAILED' && needsConfirmation(intent) ? { needsConfirmation: true } : {}),
  }
}

/** True if the bank declined the last attempt because the customer was absent and did not confirm it. */
export const needsConfirmation = ({ last_payment_error: error }: Stripe.PaymentIntent): boolean =>
  error?.code === 'authentication_required'

export function readTopUp(metadata: Stripe.Metadata): TopUpReference | null {
  const { top_up_id: id, account_id: accountId, terms } = metadata
  if (!id || !accountId) return null
  return { id, accountId, ...(terms ? { terms: JSON.parse(terms) as TopUpTerms } : {}) }
}

export const readRefund = (refund: Stripe.Refund): FetchedRefund => ({
  externalId: refund.id,
  refundId: refund.metadata?.['refund_id'] ?? null,
  amountMinor: minorOf(refund.amount, refund.currency),
  status: REFUND_STATUSES[refund.status ?? ''] ?? 'PENDING',
  reason: refund.reason,
  createdAt: time(refund.created)!,
})

export const readDispute = (dispute: Stripe.Dispute): FetchedDispute => ({
  externalId: dispute.id,
  amountMinor: minorOf(dispute.amount, dispute.currency),
  status: DISPUTE_STATUSES[dispute.status] ?? 'OPEN',
  openedAt: time(dispute.created)!,
})

type Taxes = readonly { readonly amount: number; readonly tax_behavior: string }[]

const sumOf = (taxes: Taxes): number => taxes.reduce((sum, { amount }) => sum + amount, 0)

const includedIn = (taxes: Taxes): number => sumOf(taxes.filter((tax) => tax.tax_behavior === 'inclusive'))

/** An invoice in our model. Subscription and payment are at their locations since 2025. */
export function readInvoice(
  invoice: Stripe.Invoice,
  lines: readonly Stripe.InvoiceLineItem[],
  creditNotes: readonly Stripe.CreditNote[],
): FetchedInvoice {
  const status = INVOICE_STATUSES[invoice.status ?? '']
  if (invoice.object !== 'invoice' || !status)
    throw new ProviderUnavailable('Stripe returned an object that is not an invoice')
  const details = invoice.parent?.subscription_details ?? null
  const currency = invoice.currency.toUpperCase()
  const taxes = invoice.total_taxes ?? []
  const paid = invoice.payments?.data.find((payment) => payment.status === 'paid')
  return {
    externalId: invoice.id,
    customerId: idOf(invoice.customer),
    subscriptionId: idOf(details?.subscription),
    checkoutId: invoice.billing_reason === 'subscription_create' ? (details?.metadata?.['checkout_id'] ?? null) : null,
    topUp: readTopUp(invoice.metadata ?? {}),
    number: invoice.number,
    status,
    total: fromStripe(invoice.total, currency),
    taxMinor: minorOf(sumOf(taxes), currency),
    includedTaxMinor: minorOf(includedIn(taxes), currency),
    // A void invoice keeps the amount that was left.
    amountDueMinor: status === 'VOID' ? 0 : minorOf(invoice.amount_remaining, currency),
    dueAt: time(invoice.due_date) ?? time(invoice.next_payment_attempt) ?? time(invoice.automatically_finalizes_at),
    paymentDueAt: time(invoice.due_date),
    attempts: invoice.attempt_count,
    failedAt: null,
    // An invoice that was paid outside of Stripe has no payment there.
    amountPaidMinor: minorOf(
      status === 'PAID' ? Math.max(invoice.amount_paid, invoice.amount_due) : invoice.amount_paid,
      currency,
    ),
    creditMinor: minorOf(
      invoice.total < 0
        ? invoice.total
        : Math.max(0, invoice.total - invoice.amount_due - invoice.pre_payment_credit_notes_amount),
      currency,
    ),
    paymentId: idOf(paid?.payment.payment_intent),
    createdAt: time(invoice.created)!,
    paidAt: time(invoice.status_transitions.paid_at),
    hostedUrl: invoice.hosted_invoice_url ?? null,
    pdfUrl: invoice.invoice_pdf ?? null,
    lines: lines.map((line) => readLine(line, invoice)),
    creditNotes: creditNotes.filter(({ status }) => status === 'issued').map(readCreditNote),
  }
}

function readCreditNote({ id, number, created, currency, ...note }: Stripe.CreditNote): StoredCreditNote {
  const minor = (amount: number | null) => minorOf(amount ?? 0, currency)
  const refundedMinor = minor(note.refunds.reduce((sum, refund) => sum + refund.amount_refunded, 0))
  const elsewhereMinor = minor(note.out_of_band_amount)
  const reason = CREDIT_NOTE_REASONS[note.reason ?? '']
  return {
    externalId: id,
    number,
    at: time(created)!.toISOString(),
    totalMinor: minor(note.total),
    taxMinor: minor(sumOf(note.total_taxes ?? [])),
    prePaymentMinor: minor(note.pre_payment_amount),
    refundedMinor,
    creditedMinor: minor(note.post_payment_amount) - refundedMinor - elsewhereMinor,
    elsewhereMinor,
    ...(reason && { reason }),
    ...(note.pdf && { pdfUrl: note.pdf }),
  }
}

const CREDIT_NOTE_REASONS: Readonly<Record<string, CreditNoteReason>> = {
  duplicate: 'DUPLICATE',
  fraudulent: 'FRAUDULENT',
  order_change: 'ORDER_CHANGE',
  product_unsatisfactory: 'PRODUCT_UNSATISFACTORY',
}

/** Amount that discounts take off a line. */
export const discountOf = ({ discount_amounts: parts, currency }: Stripe.InvoiceLineItem): number =>
  minorOf(
    (parts ?? []).reduce((sum, { amount }) => sum + amount, 0),
    currency,
  )

/** Price of the unit as a decimal of the currency. Null if Stripe states none. */
export const unitPriceOf = ({ pricing, currency }: Stripe.InvoiceLineItem): string | null =>
  pricing?.unit_amount_decimal == null ? null : decimalOf(String(pricing.unit_amount_decimal), currency)

/** Kind of a line. The price of a period is charged in advance, metered use at its end; what the server adds names its report. */
export function kindOfLine(
  { parent, metadata, period }: Stripe.InvoiceLineItem,
  invoice: Pick<Stripe.Invoice, 'period_end'>,
): InvoiceLineKind {
  if ((parent?.subscription_item_details ?? parent?.invoice_item_details)?.proration) return 'PRORATION'
  if (metadata['usage_report']) return 'USAGE'
  if (!parent?.subscription_item_details) return 'OTHER'
  return period.end <= invoice.period_end ? 'USAGE' : 'RECURRING'
}

function readLine(line: Stripe.InvoiceLineItem, invoice: Stripe.Invoice): StoredInvoiceLine {
  const unitPrice = unitPriceOf(line)
  const kind = kindOfLine(line, invoice)
  const includedTaxMinor = minorOf(includedIn(line.taxes ?? []), line.currency)
  return {
    description: line.description ?? '',
    amountMinor: minorOf(line.amount, line.currency),
    discountMinor: discountOf(line),
    ...(includedTaxMinor !== 0 && { includedTaxMinor }),
    quantity: line.quantity,
    ...(unitPrice !== null && { unitPrice }),
    proration: kind === 'PRORATION',
    kind,
    periodStart: time(line.period.start)?.toISOString() ?? null,
    periodEnd: time(line.period.end)?.toISOString() ?? null,
    priceExternalId: idOf(line.pricing?.price_details?.price),
  }
}
