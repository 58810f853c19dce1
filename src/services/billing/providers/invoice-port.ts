import type { TaxBehavior } from '#services/catalog/definition/types.js'
/** Charges of the server: lines of the invoices of a subscription, and invoices in addition to them. */
export interface InvoicePort {
  /** The invoice of a running subscription that is a draft and becomes final by itself. Null if there is none. */
  openDraftOf(subscriptionId: string): Promise<{ readonly externalId: string; readonly currency: string } | null>
  /** The ID of the invoice of the customer that has the lines. Null if one of them is on none. */
  findLines(invoice: NewInvoice): Promise<string | null>
  /**
   * Adds lines to a draft. A line that an invoice of the customer has is omitted, so repeated calls have no effect. Returns the ID of the
   * invoice that has the lines. Null if the draft has become final before: the rest of the lines is for a later invoice.
   */
  addToDraft(draftId: string, invoice: NewInvoice): Promise<string | null>
  /**
   * Creates the draft of an invoice with its lines, which is paid with the payment method of the subscription. Repeated calls with the same
   * ID complete the same draft. A line of another invoice of the customer is omitted: it was charged after a restored backup.
   * Returns the provider's ID; if no line is left, that of the other invoice.
   */
  draftInvoice(invoice: NewInvoice): Promise<string>
  /**
   * Finalizes a draft, and charges it unless `isPaidByCustomer`: then it waits until the customer pays it. An invoice that is final is
   * unchanged.
   */
  collectInvoice(externalId: string, options: { readonly isPaidByCustomer: boolean }): Promise<void>
  /** Marks an unpaid invoice as paid elsewhere, for example by a bank transfer. A paid invoice is unchanged. */
  markPaid(externalId: string): Promise<void>
}

export interface NewInvoice {
  /** Our ID: idempotency key, and the link back from the provider's object. */
  readonly id: string
  readonly accountId: string
  readonly customerId: string
  /** Subscription whose payment method is charged; it can have ended. Null: that of the customer. */
  readonly subscriptionId: string | null
  readonly currency: string
  readonly description: string
  /** Days in which it is to be paid after it was sent. Null: it is charged. */
  readonly daysUntilDue: number | null
  /** Null unless the provider calculates taxes. The invoice of a subscription follows the subscription. */
  readonly taxes: TaxBehavior | null
  readonly lines: readonly NewInvoiceLine[]
}

export interface NewInvoiceLine {
  /** Key of the charged units, the same after a restored backup. It is stored at the provider. */
  readonly key: string
  readonly description: string
  readonly amountMinor: number
  readonly periodStart: Date
  readonly periodEnd: Date
}
