import type { DisputeStatus } from '../../../entities/billing/dispute.entity.js'
import type { RefundStatus } from '../../../entities/billing/refund.entity.js'
import type { ProviderPeriod } from './listing-port.js'
import type { FetchedMoney } from './payments-port.js'

/** Money that moved at a provider within a period, listed for a comparison with what is recorded here. */
export interface MoneyListing {
  /**
   * Payments that succeeded.
   * @param ours our subscriptions, for a provider that lists payments by subscription alone
   */
  listCharges(period: ProviderPeriod, ours: AsyncIterable<string>): AsyncIterable<ListedCharge>
  /** Invoices that were paid, by money or by credit. Empty at a provider without invoices. */
  listPaidInvoices(period: ProviderPeriod): AsyncIterable<ListedInvoice>
  listRefunds(period: ProviderPeriod): AsyncIterable<ListedRefund>
  listDisputes(period: ProviderPeriod): AsyncIterable<ListedDispute>
  /** Transfers to vendors. */
  listTransfers(period: ProviderPeriod): AsyncIterable<ListedTransfer>
}

export interface ListedCharge {
  readonly paymentId: string
  readonly customerId: string | null
  readonly money: FetchedMoney
}

export interface ListedInvoice {
  readonly externalId: string
  readonly customerId: string | null
  readonly paid: FetchedMoney
  /** Part that credit paid; below zero: credit that it gave. */
  readonly creditMinor: number
  readonly total: FetchedMoney
}

export interface ListedRefund {
  readonly externalId: string
  readonly paymentId: string | null
  readonly money: FetchedMoney
  readonly status: Exclude<RefundStatus, 'CREATING'>
}

export interface ListedDispute {
  readonly externalId: string
  readonly paymentId: string | null
  readonly money: FetchedMoney
  readonly status: DisputeStatus
}

export interface ListedTransfer {
  readonly externalId: string
  /** Our payout's id, for a transfer that was requested here. */
  readonly payoutId: string | null
  readonly money: FetchedMoney
}
