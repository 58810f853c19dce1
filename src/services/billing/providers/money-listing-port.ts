import type { Money } from '#services/kernel/money/money.js'
import type { DisputeStatus } from '#entities/billing/dispute.entity.js'
import type { RefundStatus } from '#entities/billing/refund.entity.js'
import type { ProviderPeriod } from './listing-port.js'
import type { FetchedInvoice } from './payments-port.js'

/** Money that moved at a provider within a period, listed for a comparison with what is recorded here. */
export interface MoneyListing {
  /** The part of a period that the provider can list completely at `now`, and the permissions that are missing for that. */
  moneyWindow(period: ProviderPeriod, now: Date): Promise<MoneyWindow>
  /**
   * Payments that succeeded.
   * @param ours our subscriptions, for a provider that lists payments by subscription alone
   */
  listCharges(window: MoneyWindow, ours: AsyncIterable<string>): AsyncIterable<ListedCharge>
  /** Invoices that were created in the window, and all open ones. Empty at a provider without invoices. */
  listInvoices(window: MoneyWindow): AsyncIterable<FetchedInvoice>
  /** Invoices of the credit notes that were issued in the window. Empty at a provider without credit notes. */
  listCreditedInvoices(window: MoneyWindow): AsyncIterable<CreditedInvoice>
  /** Customers with their credit. Empty at a provider without balances. */
  listCustomers(): AsyncIterable<ListedCustomer>
  listRefunds(window: MoneyWindow): AsyncIterable<ListedRefund>
  listDisputes(window: MoneyWindow): AsyncIterable<ListedDispute>
  /** Transfers to vendors. */
  listTransfers(window: MoneyWindow): AsyncIterable<ListedTransfer>
  /** Bookings on our balance with their fees, as far as the provider lists them at `now`. Empty without the permission to list them. */
  listBalance(period: ProviderPeriod, now: Date): AsyncIterable<BalanceBooking>
}

/** A booking on our balance at a provider. */
export interface BalanceBooking {
  readonly externalId: string
  /**
   * PAYMENT, REFUND, DISPUTE and TRANSFER are recorded here, too. REFUND_FAILURE: money that returns because a refund failed. OTHER: for
   * example a payout to our bank.
   */
  readonly kind: 'PAYMENT' | 'REFUND' | 'REFUND_FAILURE' | 'DISPUTE' | 'TRANSFER' | 'OTHER'
  /** Before the fee; below zero if it leaves the balance. */
  readonly money: Money
  readonly feeMinor: number
  readonly at: Date
}

/** A period whose money is listed. */
export interface MoneyWindow extends ProviderPeriod {
  readonly now: Date
  readonly missing: readonly MissingPermission[]
}

/** A permission that the provider's app lacks, by the provider's name for it. */
export interface MissingPermission {
  readonly name: string
  /** Names the part of the comparison that is incomplete without the permission. */
  readonly consequence: string
}

export interface ListedCharge {
  readonly paymentId: string
  readonly customerId: string | null
  readonly money: Money
}

export interface CreditedInvoice {
  readonly externalId: string
  readonly creditNoteId: string
}

export interface ListedCustomer {
  readonly customerId: string
  /** Below zero is a debt. Null without a currency, so without any credit. */
  readonly credit: Money | null
}

export interface ListedRefund {
  readonly externalId: string
  readonly paymentId: string | null
  readonly money: Money
  readonly status: Exclude<RefundStatus, 'CREATING'>
  /** `REVERSAL`: the provider took the money back, for a dispute or a chargeback. */
  readonly kind: 'REFUND' | 'REVERSAL'
  /** Its moment, at a provider that lists the money of a lost dispute as a refund or a reversal, too. Null at others. */
  readonly disputedAt: Date | null
}

export interface ListedDispute {
  readonly externalId: string
  readonly paymentId: string | null
  readonly money: Money
  readonly status: DisputeStatus
}

export interface ListedTransfer {
  readonly externalId: string
  /** Our payout's id, for a transfer that was requested here. */
  readonly payoutId: string | null
  readonly money: Money
}
