/** Invoices of the server itself: charges in addition to those of a subscription. */
export interface InvoicePort {
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
