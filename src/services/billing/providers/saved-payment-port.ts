import type { TaxBehavior } from '#services/catalog/definition/types.js'
import type { Money } from '#services/kernel/money/money.js'
import type { StoredPaymentMethod } from '#entities/billing/billing-subscription.entity.js'
import type { TopUpReference, TopUpTerms } from './payments-port.js'

/** Charges of a payment method that the customer saved, while the customer is absent. */
export interface SavedPaymentPort {
  /** The payment method that pays a subscription. Null if there is none. */
  savedMethodOf(subscriptionId: string): Promise<SavedMethod | null>
  /** Charges a saved payment method: by a payment, or with taxes by an invoice with one line. The same top-up is charged once. */
  chargeSaved(charge: SavedCharge): Promise<SavedChargeResult>
  /** The charge of a top-up, for a call whose result is unknown. Null if the provider has none. */
  findSavedCharge(
    charge: Pick<SavedCharge, 'topUpId' | 'customerId'> & { readonly isTaxed: boolean },
    since: Date,
  ): Promise<SavedChargeResult | null>
  /** Charges of top-ups of a customer since a moment that were paid or can still be, newest first. */
  listSavedCharges(customerId: string, since: Date): AsyncIterable<ChargeReference & { readonly topUp: TopUpReference }>
  /** State of a charge by an invoice. */
  readInvoiceCharge(invoiceId: string): Promise<SavedChargeResult>
  /** Cancels a payment that was not made, so that it cannot be made later. Repeated calls have no effect. */
  cancelSavedCharge(paymentId: string): Promise<void>
}

export interface SavedMethod {
  readonly customerId: string
  readonly methodId: string
  readonly method: StoredPaymentMethod
}

export interface SavedCharge {
  /** ID of our top-up: idempotency key, and the link back from the provider's objects. */
  readonly topUpId: string
  readonly accountId: string
  readonly customerId: string
  readonly methodId: string
  readonly terms: TopUpTerms
  /** Before taxes that are added. */
  readonly money: Money
  /** Null unless the provider calculates taxes. */
  readonly taxes: TaxBehavior | null
  readonly description: string
  /** Business time of the first attempt. */
  readonly chargedAt: Date
}

/** Objects of a charge at the provider. */
export interface ChargeReference {
  /** Null if credit paid the invoice, or before the first attempt. */
  readonly paymentId: string | null
  /** Null for a charge without taxes. */
  readonly invoiceId: string | null
}

export interface SavedChargeResult extends ChargeReference {
  /** `UNSENT`: its invoice exists, and nothing was attempted. `PENDING` takes days. */
  readonly status: 'UNSENT' | 'SUCCEEDED' | 'PENDING' | 'DECLINED' | 'AUTHENTICATION_REQUIRED' | 'CANCELED'
}
