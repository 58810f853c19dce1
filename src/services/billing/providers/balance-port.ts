import type { Money } from '#services/kernel/money/money.js'

/** Credit balance and invoices of a customer at a provider. */
export interface BalancePort {
  /** True if the provider keeps a credit balance that pays later invoices. */
  readonly keepsBalance: boolean
  /** The customer's credit balance: below zero is a debt for the next invoice. Null at a provider without balances. */
  creditBalanceOf(customerId: string): Promise<Money | null>
  /** The amount of a change that was made before, by its key. Null if there is none. */
  findCreditChange(change: Pick<CreditChange, 'customerId' | 'key'>): Promise<number | null>
  /** Changes of the credit balance that were made at the provider alone, without those by invoices. */
  creditChangesOf(customerId: string): AsyncIterable<FetchedCreditChange>
  /** Changes the credit balance. The caller has looked for an earlier change; concurrent calls with the same key change it once. */
  changeCredit(request: CreditChange): Promise<void>
  /** Ids of the subscription's invoices that can still be paid, drafts included. */
  openInvoicesOf(subscriptionId: string): Promise<string[]>
  /** Ids of the subscription's invoices that are paid. */
  paidInvoicesOf(subscriptionId: string): Promise<string[]>
  /** Voids an invoice so that it cannot be paid anymore. Repeated calls have no effect. */
  voidInvoice(externalId: string): Promise<void>
}

/** A change of the credit balance that somebody made at the provider. */
export interface FetchedCreditChange {
  readonly externalId: string
  /** Above zero adds credit, below zero removes it. */
  readonly money: Money
  /** Null without a description. */
  readonly reason: string | null
  readonly at: Date
}

export interface CreditChange {
  readonly customerId: string
  /** Above zero adds credit, below zero removes it. */
  readonly amountMinor: number
  readonly currency: string
  readonly reason: string
  /** Cause of the change, the same after a restored backup. It is stored at the provider. */
  readonly key: string
  readonly idempotencyKey: string
}

/** The port for a provider without balances and invoices. */
export const NO_BALANCE: BalancePort = {
  keepsBalance: false,
  creditBalanceOf: () => Promise.resolve(null),
  findCreditChange: () => Promise.resolve(null),
  async *creditChangesOf() {},
  changeCredit: () => Promise.resolve(),
  openInvoicesOf: () => Promise.resolve([]),
  paidInvoicesOf: () => Promise.resolve([]),
  voidInvoice: () => Promise.resolve(),
}
