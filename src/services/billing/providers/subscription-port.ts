import type { SubscriptionStatus } from '../../../entities/billing/subscription-state.js'
import type { Money } from '../../kernel/money/money.js'

/** What can be asked of a running subscription at a provider, in our words. */
export interface SubscriptionPort {
  readonly abilities: ProviderAbilities
  fetchSubscription(externalId: string): Promise<FetchedSubscription | null>
  /** The invoice that a subscription was billed by last; null before the first. */
  lastInvoiceOf(externalId: string): Promise<string | null>
  /** Ids of the subscription's invoices since a moment; at a provider without invoices, of its payments. */
  invoicesSince(externalId: string, since: Date): Promise<readonly string[]>
  /**
   * Changes the lines of a subscription. The same key changes it once. A change for the end of the period replaces the one that stands
   * there, and a change now removes it.
   */
  changeLines(request: LineItemChange): Promise<ChangeOutcome>
  /** Writes lines now without a charge or a credit. Removes a change that stands for the end of the period. */
  writeLines(request: Pick<LineItemChange, 'externalId' | 'lines' | 'idempotencyKey'>): Promise<ChangeOutcome>
  /** Removes the change that stands for the end of the period. Null at a provider whose lines show such a change at once. */
  readonly removeScheduledChange: ((externalId: string) => Promise<void>) | null
  /** What the same change would cost, without making it. */
  previewLines(request: Omit<LineItemChange, 'idempotencyKey'>): Promise<LinesPreview>
  endSubscription(request: SubscriptionEnd): Promise<void>
  /**
   * Stops charging a running subscription, which then reads as `PAUSED`, until `continueSubscription` or its end. Null at a provider that
   * can end a subscription with its period.
   */
  readonly stopCharging: ((externalId: string) => Promise<void>) | null
  /** Takes back a planned end, or wakes a paused subscription. */
  continueSubscription(request: SubscriptionContinuation): Promise<void>
  /** The provider's own page where a customer sees invoices and changes how they pay. */
  openPortal(request: {
    readonly customerId: string
    readonly returnUrl: string
    /** The same key opens the same page; null opens a new one. */
    readonly idempotencyKey: string | null
  }): Promise<{ readonly url: string }>
}

/** What a provider can do. What it cannot is refused with a code before it is asked, or done by us in its place. */
export interface ProviderAbilities {
  /** Another price or quantity at once, the difference settled by the day. */
  readonly changeNow: boolean
  /** Another price or quantity from the next period on. */
  readonly changeAtPeriodEnd: boolean
  /** Several lines on one subscription: add-ons. */
  readonly addons: boolean
  /** The cost of a change before it is made. */
  readonly preview: boolean
  /** A planned end can be taken back. */
  readonly cancelScheduledEnd: boolean
  /** A page of the provider's own for the customer. */
  readonly portal: boolean
  /** Promotion codes. */
  readonly promotions: boolean
  /** Taxes worked out by the provider. */
  readonly taxes: boolean
  /** Bills use that is reported to it. */
  readonly metering: boolean
  /** Ends a subscription when its paid period does. Where it ends at once what is cancelled, we tell it when the time has come. */
  readonly endAtPeriodEnd: boolean
  /** Has prices for what is paid once; else the checkout says the amount. */
  readonly oneTimePrices: boolean
  /** A change for the end of the period stands beside the lines until then; otherwise the lines show it at once. */
  readonly schedulesChanges: boolean
  /** How far ahead a subscription must lie that begins when another one ends. */
  readonly startsAheadHours: number
}

/** One line as it shall be. */
export interface LineTarget {
  /** The line at the provider; null for a new one. */
  readonly externalId: string | null
  readonly priceExternalId: string
  /** 0 takes the line away. */
  readonly quantity: number
}

export interface LineItemChange {
  readonly externalId: string
  /** Only the lines that change. */
  readonly lines: readonly LineTarget[]
  /** The same lines until a change for the end of the period holds, for lines that bear the new terms already. */
  readonly until?: readonly LineTarget[]
  /** At once, the difference settled now; or when the period that is paid ends, nothing settled. */
  readonly at: 'NOW' | 'PERIOD_END'
  /** The moment that proration counts from. */
  readonly asOf: Date
  /** The end of the period that is paid. */
  readonly periodEnd: Date
  /** The interval changes: a new period begins when the change takes effect. */
  readonly restartsPeriod: boolean
  /** Effect on the running trial; null without a trial. */
  readonly trial: TrialEffect | null
  /** The provider gives no credit for unused time in a change now: the policy of the catalog decides, or a refund takes its place. */
  readonly withoutCredit?: boolean
  readonly idempotencyKey: string
}

/** The change ends the trial and charges the first period now, or the trial continues until `until` at no charge (null: until its end). */
export type TrialEffect = { readonly kind: 'ENDS' } | { readonly kind: 'CONTINUES'; readonly until: Date | null }

export type ChangeOutcome =
  | { readonly kind: 'APPLIED' }
  /** The buyer must confirm it there; until then nothing has changed. */
  | {
      readonly kind: 'CONFIRM'
      readonly actionUrl: string
      /** How long it may be confirmed, by a provider that does not tell when that is over; null: it tells. */
      readonly hours: number | null
    }
  /** The payment failed; nothing has changed. */
  | { readonly kind: 'DECLINED'; readonly why: string }

export interface LinesPreview {
  /** What would be taken now; nothing for a change at the period's end, or one that gives money back. */
  readonly dueNow: Money
  readonly lines: readonly PreviewLine[]
  /** The first regular invoice after the change, when the provider can say. */
  readonly next: { readonly amount: Money; readonly at: Date } | null
}

export interface PreviewLine {
  readonly description: string
  /** Negative for what is given back. */
  readonly amount: Money
  readonly quantity: number | null
  readonly proration: boolean
  readonly periodStart: Date | null
  readonly periodEnd: Date | null
}

export interface SubscriptionEnd {
  readonly externalId: string
  readonly at: 'NOW' | 'PERIOD_END'
  readonly reason: string | null
  readonly idempotencyKey: string
}

export interface SubscriptionContinuation {
  readonly externalId: string
  /** True for one that is paused: it begins a new period. */
  readonly paused: boolean
  readonly idempotencyKey: string
}

export interface FetchedSubscription {
  readonly externalId: string
  readonly customerId: string
  readonly status: SubscriptionStatus
  readonly checkoutId: string | null
  readonly items: readonly FetchedItem[]
  readonly trialEnd: Date | null
  /** When it will end because it was cancelled; null while it goes on. */
  readonly cancelAt: Date | null
  readonly canceledAt: Date | null
  /** Until when it was paid for, or free, although it is `CANCELED`; null from a provider whose end is the end. */
  readonly paidUntil: Date | null
  readonly endedAt: Date | null
  readonly startedAt: Date
  /** The lines that will hold from a later moment on; null without such a change, and where the lines show it at once. */
  readonly scheduled: ScheduledLines | null
  /** A change of its lines waits for the buyer's confirmation; null when the provider does not say. */
  readonly changePending: boolean | null
  /** The running period is not paid and not collected: its invoice was voided or written off, or collection is paused. */
  readonly unpaidPeriod: boolean
  /** At least one invoice above zero was paid. Providers are asked only while something is owed; otherwise true. */
  readonly everPaid: boolean
  /** The last payment was for these very lines, and not for those before a change; null when the provider does not say. */
  readonly linesPaid: boolean | null
  /** How it is paid, as people read it; null when nothing is on file. */
  readonly paymentMethod: string | null
  /** Fingerprint of the payment method, the same for every customer. Null if the provider gives none. */
  readonly paymentKey: string | null
  readonly latestInvoice: FetchedInvoiceHead | null
}

/** A change of lines that the provider makes by itself at its moment. */
export interface ScheduledLines {
  /** It may lie in the past: the provider keeps the change for a day after its moment. */
  readonly at: Date
  readonly lines: readonly Pick<FetchedItem, 'priceExternalId' | 'quantity'>[]
  /** Discounts, taxes and payment method are those of the subscription as it is now. */
  readonly keepsSettings: boolean
}

export interface FetchedItem {
  readonly externalId: string
  readonly priceExternalId: string
  readonly quantity: number
  readonly currentPeriodStart: Date | null
  readonly currentPeriodEnd: Date | null
}

/** As much of an invoice as dunning needs. */
export interface FetchedInvoiceHead {
  readonly externalId: string
  readonly open: boolean
  /** It is not paid: the customer is asked for it, or will be soon. */
  readonly owed: boolean
  /** The bank asks the customer to confirm the payment. */
  readonly actionRequired: boolean
  readonly amountDue: Money
  /** How often it was tried to collect it. */
  readonly attempts: number
  readonly nextAttemptAt: Date | null
  /** Where the customer can pay it; null when the provider has no such page. */
  readonly payUrl: string | null
}
