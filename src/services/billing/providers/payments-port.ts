import type { Money } from '#services/kernel/money/money.js'
import type { DisputeStatus } from '#entities/billing/dispute.entity.js'
import type { InvoiceStatus, StoredCreditNote, StoredInvoiceLine } from '#entities/billing/invoice.entity.js'
import type { RefundStatus } from '#entities/billing/refund.entity.js'

/** A provider's payments, mapped to our model. */
export interface PaymentsPort {
  /**
   * A payment with its refunds and disputes. Null if the provider has no such payment. @param wanted Default: refunds
   * and disputes are fetched only if the payment indicates them, and the invoice is not fetched
   */
  fetchPayment(paymentId: string, wanted?: PaymentDetails): Promise<FetchedPayment | null>
  fetchInvoice(externalId: string): Promise<FetchedInvoice | null>
  /** Refunds a payment. Repeated calls with the same key have no effect. Returns the provider's ID of the refund. */
  refundPayment(request: NewRefund): Promise<{ readonly externalId: string }>
  /** Returns an active promotion code with its conditions. Null if the provider has none of that name. */
  findPromotion(code: string): Promise<FetchedPromotion | null>
}

/** Data to fetch in addition to the payment. */
export interface PaymentDetails {
  readonly history?: boolean
  readonly invoice?: boolean
  /** Searches for refunds that nothing names, at a provider that keeps no list of them. It reads all refunds since the payment. */
  readonly searched?: boolean
  /** Refunds that our rows or an event name, for a provider that keeps no list of a payment's refunds. */
  readonly refundIds?: readonly string[]
}

export interface FetchedPromotion {
  readonly externalId: string
  /** The currencies of a fixed amount off; null for a percentage, which fits any. */
  readonly currencies: readonly string[] | null
  /** Months in which it takes something off; 0 for one invoice. Null: without an end. */
  readonly months: number | null
  /** Minimum amount of the order. Null if none. */
  readonly minimum: Money | null
  /** Why it can no longer be redeemed. Null if it can. */
  readonly ended: 'EXPIRED' | 'USED_UP' | 'INACTIVE' | null
}

/** A top-up as the provider's metadata name it. */
export interface TopUpReference {
  readonly id: string
  readonly accountId: string
  /** The rest of the top-up, for one that a restored backup does not contain. Absent in charges of earlier releases. */
  readonly terms?: TopUpTerms
}

/** Product and cause of a top-up. */
export interface TopUpTerms {
  readonly autoTopUpId: string
  readonly crossing: number
  readonly feature: string
  readonly productId: string
  readonly packageVersionId: string
  readonly quantity: number
}

export interface FetchedPayment {
  readonly paymentId: string
  /** `PENDING` is on its way; `FAILED` will not come by this attempt. */
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED'
  /** True if it failed because the bank requires the customer to confirm it. */
  readonly needsConfirmation?: boolean
  readonly customerId: string | null
  /** ID of our checkout, for a payment that it started. */
  readonly checkoutId: string | null
  /** Our top-up, for a payment that it made. */
  readonly topUp?: TopUpReference | null
  /** The invoice that it pays; null for a payment without one. */
  readonly invoiceId: string | null
  /** Received amount. */
  readonly money: Money
  /** Time at which it succeeded (business clock). Null before. */
  readonly paidAt: Date | null
  /** Page with the receipt. Null if the provider has none. */
  readonly receiptUrl: string | null
  readonly refunds: readonly FetchedRefund[]
  readonly disputes: readonly FetchedDispute[]
}

export interface FetchedRefund {
  readonly externalId: string
  /** ID of our refund, for one that was requested here. */
  readonly refundId: string | null
  readonly amountMinor: number
  readonly status: Exclude<RefundStatus, 'CREATING'>
  readonly reason: string | null
  readonly createdAt: Date
}

export interface FetchedDispute {
  readonly externalId: string
  readonly amountMinor: number
  readonly status: DisputeStatus
  readonly openedAt: Date
}

export interface FetchedInvoice {
  readonly externalId: string
  readonly customerId: string | null
  readonly subscriptionId: string | null
  /** Our checkout's id, on the first invoice of a subscription that one of ours began. */
  readonly checkoutId: string | null
  /** Our top-up, for an invoice that charges it. */
  readonly topUp?: TopUpReference | null
  readonly number: string | null
  readonly status: InvoiceStatus
  readonly total: Money
  /** Tax included in the payment. */
  readonly taxMinor: number
  /** Part of the tax that the amounts of the lines contain. The rest was added to them. */
  readonly includedTaxMinor: number
  /** Amount left to pay, after credit and payments. */
  readonly amountDueMinor: number
  /** Due date, otherwise the next automatic attempt or, for a draft, the time at which it becomes final. Null if none is planned. */
  readonly dueAt: Date | null
  /** Date until which an invoice that was sent is to be paid. Null for one that is charged. */
  readonly paymentDueAt: Date | null
  /** Number of attempts to collect it. */
  readonly attempts: number
  /** Time of the first attempt that failed, of an open invoice without a subscription. Null if unknown. */
  readonly failedAt: Date | null
  /** Money received for it, by the provider or elsewhere. */
  readonly amountPaidMinor: number
  /** Part of the total that the customer's credit balance paid; below zero: what the invoice added to that balance. */
  readonly creditMinor: number
  /** Payment of the invoice. Null if nothing was due, or it was paid elsewhere. */
  readonly paymentId: string | null
  readonly createdAt: Date
  readonly paidAt: Date | null
  readonly hostedUrl: string | null
  readonly pdfUrl: string | null
  readonly lines: readonly StoredInvoiceLine[]
  /** The credit notes that are not void, oldest first. */
  readonly creditNotes: readonly StoredCreditNote[]
}

export interface NewRefund {
  readonly paymentId: string
  /** Our refund's id: idempotency key and the way back from the provider's object. */
  readonly refundId: string
  readonly amountMinor: number
  readonly currency: string
  readonly reason: string | null
}
