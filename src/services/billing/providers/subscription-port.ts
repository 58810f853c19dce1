import type { Language } from '#entities/kernel/language.js'
import type { StoredDiscount, StoredPaymentMethod } from '#entities/billing/billing-subscription.entity.js'
import type { PausePolicy } from '#services/catalog/definition/types.js'
import type { SubscriptionStatus } from '#entities/billing/subscription-state.js'
import type { InvoiceLineKind } from '#entities/billing/invoice.entity.js'
import type { Money } from '#services/kernel/money/money.js'

/** Actions on an active subscription at a provider, in our model. */
export interface SubscriptionPort {
  readonly abilities: ProviderAbilities
  fetchSubscription(externalId: string): Promise<FetchedSubscription | null>
  /** The invoice that a subscription was billed by last; null before the first. */
  lastInvoiceOf(externalId: string): Promise<string | null>
  /** Ids of the subscription's invoices since a moment; at a provider without invoices, of its payments. */
  invoicesSince(externalId: string, since: Date): Promise<readonly string[]>
  /**
   * Changes the lines of a subscription. Repeated calls with the same key have no effect. A change at the period end
   * replaces a scheduled one, and an immediate change removes it.
   */
  changeLines(request: LineItemChange): Promise<ChangeOutcome>
  /** Writes lines now without a charge or a credit. Removes a scheduled change. */
  writeLines(request: Pick<LineItemChange, 'externalId' | 'lines' | 'idempotencyKey'>): Promise<ChangeOutcome>
  /** Removes a scheduled change. Null at a provider whose lines show such a change immediately. */
  readonly removeScheduledChange: ((externalId: string) => Promise<void>) | null
  /** Cost of the same change, without making it. */
  previewLines(request: Omit<LineItemChange, 'idempotencyKey'>): Promise<LinesPreview>
  /**
   * The next invoice as it would be now. At a provider without a preview, what its next payment date and the price
   * say. Null if no further payment follows.
   */
  previewNextInvoice(request: NextInvoiceRequest): Promise<NextInvoice | null>
  endSubscription(request: SubscriptionEnd): Promise<void>
  /** Lets the later invoices of a subscription be paid within days, or charged (null). A repeated call has no effect. */
  setInvoiceTerms?(externalId: string, daysUntilDue: number | null): Promise<void>
  /**
   * Gives a subscription the discounts for one invoice back that an invoice used up, if it was voided or written off. Repeated calls have no
   * effect. Absent at a provider without discounts.
   */
  restoreDiscounts?(invoiceId: string): Promise<void>
  /** Stops collecting payments until `continueSubscription`. A repeated call has no effect. */
  pauseSubscription(request: SubscriptionPause): Promise<void>
  /**
   * Stops charging a running subscription, which then reads as `PAUSED`, until `continueSubscription` or its end. Null at a provider that
   * can end a subscription with its period.
   */
  readonly stopCharging: ((externalId: string) => Promise<void>) | null
  /** Removes a scheduled end, or resumes a paused subscription. */
  continueSubscription(request: SubscriptionContinuation): Promise<void>
  /** The provider's own page where a customer sees invoices and changes how they pay. */
  openPortal(request: {
    readonly customerId: string
    readonly returnUrl: string
    /** Language of the page. Null: that of the browser. */
    readonly language: Language | null
    /** The same key opens the same page; null opens a new one. */
    readonly idempotencyKey: string | null
  }): Promise<{ readonly url: string }>
}

/** Capabilities of a provider. A missing capability leads to a denial before the call, or the server provides it. */
export interface ProviderAbilities {
  /** Immediate change of price or quantity with proration by day. */
  readonly changeNow: boolean
  /** Another price or quantity from the next period on. */
  readonly changeAtPeriodEnd: boolean
  /** Several lines on one subscription: add-ons. */
  readonly addons: boolean
  /** The cost of a change before it is made. */
  readonly preview: boolean
  /** True if a scheduled end can be removed. */
  readonly cancelScheduledEnd: boolean
  /** A page of the provider's own for the customer. */
  readonly portal: boolean
  /** Promotion codes. */
  readonly promotions: boolean
  /** Taxes worked out by the provider. */
  readonly taxes: boolean
  /** Charges of a saved payment method while the customer is absent. */
  readonly savedPayments: boolean
  /** Bills use that is reported to it. */
  readonly metering: boolean
  /** Another end of a running trial. */
  readonly extendsTrials: boolean
  /** Invoices that are sent, and paid within days. */
  readonly invoiceTerms: boolean
  /** A price for one customer, and another one at the end of its term without a confirmation. */
  readonly negotiatedPrices: boolean
  /**
   * True if a subscription can end with its paid period. Otherwise a cancellation is immediate there, and the server
   * sends it at the period end.
   */
  readonly endAtPeriodEnd: boolean
  /** Has prices for what is paid once; else the checkout says the amount. */
  readonly oneTimePrices: boolean
  /**
   * True if a change at the period end is stored separately from the lines until then. Otherwise the lines show it
   * immediately.
   */
  readonly schedulesChanges: boolean
  /** Minimum time before the start of a subscription that begins when another one ends. */
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
  /** Immediately with proration, or at the end of the paid period without proration. */
  readonly at: 'NOW' | 'PERIOD_END'
  /** The moment that proration counts from. */
  readonly asOf: Date
  /** The end of the period that is paid. */
  readonly periodEnd: Date
  /** The first end of a period of a line: that of an add-on can be earlier than that of the plan. */
  readonly firstPeriodEnd: Date
  /** The interval changes: a new period begins when the change takes effect. */
  readonly restartsPeriod: boolean
  /** Effect on the running trial; null without a trial. */
  readonly trial: TrialEffect | null
  /** Promotion code that the change redeems in addition to the discounts of the subscription. Absent without one. */
  readonly promotion?: { readonly externalId: string; readonly months: number | null }
  /** Its invoices are sent: a change does not wait for its payment. */
  readonly isInvoiced?: boolean
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
      /** Hours in which it can be confirmed, if the provider does not report the expiry. Null: it reports it. */
      readonly hours: number | null
    }
  /** The payment failed; nothing has changed. */
  | { readonly kind: 'DECLINED'; readonly reason: string }

export interface LinesPreview {
  /** Amount due now. Zero for a change at the period end or a credit. */
  readonly dueNow: Money
  readonly lines: readonly PreviewLine[]
  /** The first regular invoice after the change, with discounts and tax. */
  readonly next: { readonly amount: Money; readonly at: Date }
}

export interface NextInvoiceRequest {
  readonly externalId: string
  /** True if a change is scheduled for the end of the period: then the provider's schedule is previewed. */
  readonly scheduled: boolean
}

/** An invoice that does not exist yet. */
export interface NextInvoice {
  readonly at: Date
  /** After discounts and with tax. */
  readonly total: Money
  /** Amount that is charged, after the customer's credit. */
  readonly amountDue: Money
  /** Tax included in the total. Null if the provider does not say. */
  readonly tax: Money | null
  readonly lines: readonly PreviewLine[]
}

export interface PreviewLine {
  readonly description: string
  /** Negative for a credit. */
  readonly amount: Money
  /** Part of the amount that discounts take off. Null if none. */
  readonly discount: Money | null
  readonly quantity: number | null
  /** Price of the unit as a decimal in the currency of the amount. Null if the provider states none. */
  readonly unitPrice: string | null
  readonly kind: InvoiceLineKind
  readonly periodStart: Date | null
  readonly periodEnd: Date | null
}

export interface SubscriptionEnd {
  readonly externalId: string
  readonly at: 'NOW' | 'PERIOD_END'
  readonly reason: string | null
  readonly idempotencyKey: string
}

export interface SubscriptionPause {
  readonly externalId: string
  /** Treatment of the invoices of the pause, at a provider with invoices. */
  readonly invoices: PausePolicy['invoices']
  readonly idempotencyKey: string
}

export interface SubscriptionContinuation {
  readonly externalId: string
  /** True for one that is paused and has no access: it begins a new period. At a provider that cannot, with its next date. */
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
  /** Time at which the provider ends the pause of its payments. Null: it does not end by itself. Undefined: there is no pause. */
  readonly pausedUntil?: Date | null | undefined
  /** Scheduled end of a canceled subscription. Null if it continues. */
  readonly cancelAt: Date | null
  readonly canceledAt: Date | null
  /** End of the paid or free period of a `CANCELED` subscription. Null if access ends with the subscription. */
  readonly paidUntil: Date | null
  readonly endedAt: Date | null
  readonly startedAt: Date
  /** Lines scheduled for a later time. Null without such a change, and if the lines show it immediately. */
  readonly scheduled: ScheduledLines | null
  /** True if a change of its lines waits for the buyer's confirmation. Null if the provider does not report it. */
  readonly changePending: boolean | null
  /** The running period is not paid and not collected: its invoice was voided or written off, or collection is paused. */
  readonly unpaidPeriod: boolean
  /** True if at least one invoice above zero was paid. Fetched only while an invoice is unpaid; otherwise true. */
  readonly everPaid: boolean
  /**
   * True if the last payment was for these lines and not for those before a change. Null if the provider does not
   * report it.
   */
  readonly linesPaid: boolean | null
  readonly paymentMethod: StoredPaymentMethod | null
  /** Days in which its invoices are to be paid. Null: they are charged. */
  readonly daysUntilDue: number | null
  /** Fingerprint of the payment method, the same for every customer. Null if the provider gives none. */
  readonly paymentKey: string | null
  readonly latestInvoice: FetchedInvoiceHead | null
  /** Discounts in the order in which the provider applies them. */
  readonly discounts: readonly StoredDiscount[]
}

/** A change of lines that the provider makes by itself at its moment. */
export interface ScheduledLines {
  /** Can be in the past: the provider keeps the change for a day after its time. */
  readonly at: Date
  readonly lines: readonly Pick<FetchedItem, 'priceExternalId' | 'quantity'>[]
  /** True if discounts, taxes and payment method are those of the current subscription. */
  readonly keepsSettings: boolean
  /** Promotion code that the provider redeems with the change. Null without one. */
  readonly promotionId: string | null
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
  /** True if it is unpaid: the customer is charged, or will be soon. */
  readonly unpaid: boolean
  /** True if the bank requires the customer's confirmation. */
  readonly actionRequired: boolean
  readonly amountDue: Money
  /** Number of attempts to collect it. */
  readonly attempts: number
  readonly nextAttemptAt: Date | null
  /** Time of the first attempt that failed, or at which an invoice that was sent became overdue. Null without one, and if the provider does not say. */
  readonly failedAt: Date | null
  /** Page where the customer can pay it. Null if the provider has none. */
  readonly payUrl: string | null
}
