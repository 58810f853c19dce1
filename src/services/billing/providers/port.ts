import type { Language } from '#entities/kernel/language.js'
import type { Money } from '#services/kernel/money/money.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import type { ProviderName } from './provider-name.js'
import type { ProviderListing } from './listing-port.js'
import type { AdoptionPort } from './adoption-port.js'
import type { BalancePort } from './balance-port.js'
import type { MoneyListing } from './money-listing-port.js'
import type { OfferPort } from './offer-port.js'
import type { CustomerPort } from './customer-port.js'
import type { InvoicePort } from './invoice-port.js'
import type { PaymentsPort } from './payments-port.js'
import type { PayoutPort } from './payout-port.js'
import type { SavedPaymentPort } from './saved-payment-port.js'
import type { UsagePort } from './usage-port.js'
import type { Brand } from '#services/catalog/definition/brand.js'
import type { TrialPolicy, TaxBehavior } from '#services/catalog/definition/types.js'
import type { SubscriptionPort } from './subscription-port.js'

/** A payment provider in our words. Adapters know the provider's; nothing above them does. */
export interface PaymentPort
  extends PaymentsPort, BalancePort, MoneyListing, SubscriptionPort, OfferPort, UsagePort, ProviderListing {
  readonly provider: ProviderName
  /** Absent where the provider sends no money on. */
  readonly payouts?: PayoutPort
  /** Absent if the provider cannot charge a saved payment method (`abilities.savedPayments`). */
  readonly savedPayments?: SavedPaymentPort
  /** Charges a token that a program gave. The same checkout is charged once. Absent if the provider has no such tokens. */
  readonly chargeGranted?: (charge: GrantedCharge) => Promise<OpenedCheckout>
  /** Absent if the provider has no invoices of a seller. */
  readonly invoicing?: InvoicePort
  /** Absent if the provider keeps nothing of a customer. */
  readonly customers?: CustomerPort
  /** Absent if subscriptions of another system cannot be imported. */
  readonly adoption?: AdoptionPort
  /** Makes the customer for an account; the same key makes it once. */
  createCustomer(request: NewCustomer): Promise<string>
  /** Permanently deletes a customer with its personal data; payments stay. Repeated calls have no effect. */
  deleteCustomer(customerId: string): Promise<void>
  openCheckout(request: NewCheckout): Promise<OpenedCheckout>
  /**
   * Closes a checkout so that it cannot be paid any more. A closed checkout is unchanged. Returns `LEFT_OPEN` if the
   * provider cannot close pages: then an approval must not be collected.
   */
  expireCheckout(sessionId: string): Promise<'CLOSED' | 'LEFT_OPEN'>
  fetchCheckout(sessionId: string): Promise<FetchedCheckout | null>
  /** Collects an `APPROVED` checkout. Repeated calls for the same checkout have no effect. */
  collectCheckout(request: CheckoutCollection): Promise<void>
  /** Checks a webhook's signature over the exact bytes; throws `INVALID_WEBHOOK` for anything that is not the provider's. */
  verifyEvent(rawBody: Buffer, headers: WebhookHeaders): Promise<ReceivedEvent>
  /** Objects to sync because of an event, in addition to the object under which it is filed. */
  concernsOf(event: { readonly type: string; readonly payload: Record<string, unknown> }): EventSubject
}

export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>

/** An event is a hint: these are the provider's ids of what it hints at. */
export interface EventSubject {
  readonly checkouts: readonly string[]
  readonly invoices: readonly string[]
  /** Customers whose name, address, tax IDs or exemption changed. */
  readonly changedCustomers: readonly string[]
  /** Refunds of the payment that the event is filed under. */
  readonly refunds: readonly string[]
  /** A success is a `hint`; a refund or dispute is a `change`. */
  readonly paymentNotification: 'hint' | 'change'
}

export interface CheckoutCollection {
  readonly sessionId: string
  /** Our checkout's id and what was agreed to make the idempotency key. */
  readonly checkoutId: string
  readonly approval: string | null
}

export interface NewCustomer {
  readonly accountId: string
  /** The account's id in the system that it comes from. */
  readonly externalId: string
  readonly email: string
  readonly name: string | null
  /** Language of invoices and mails that the provider sends. Null: that of the provider's settings. */
  readonly language: Language | null
  readonly idempotencyKey: string
}

export interface NewCheckout {
  /** Our checkout's id: idempotency key and the way back from the provider's objects. */
  readonly checkoutId: string
  readonly accountId: string
  /** Shown to the provider as the buyer's reference; webhooks find the tenant by it. */
  readonly clientReference: string
  readonly customerId: string
  /** Null for what is paid once, at a provider that has no prices for that (`abilities.oneTimePrices`). */
  readonly priceExternalId: string | null
  /** Unit price and display name of the product. */
  readonly unit: Money
  readonly productName: string
  readonly quantity: number
  readonly trialDays: number
  /** Start of a trial: with a payment method, or without one and with the action at its end. */
  readonly trials: TrialPolicy
  /** False: paid once. True: a subscription. */
  readonly recurring: boolean
  /**
   * Start of a recurring product. Null: now. Otherwise the end of another provider's period, without a trial and unpaid
   * until then.
   */
  readonly startsAt: Date | null
  /** Shown in the provider's dashboard. Entitlements never depend on it. */
  readonly productCode: string
  /** The provider's id of a promotion code; null: the buyer may type one. */
  readonly promotionId: string | null
  /** Null unless the provider calculates taxes, and requests the address and tax ID that it requires. */
  readonly taxes: TaxBehavior | null
  /** Days until the invoices of a subscription are due, which starts without a page. Null: the buyer pays on a page. */
  readonly daysUntilDue: number | null
  /** Language of the page. Null: that of the browser. */
  readonly language: Language | null
  /** Seller that the page shows. Null: as the provider's own settings say. */
  readonly brand: Brand | null
  readonly successUrl: string
  readonly cancelUrl: string
  /** Business time. */
  readonly expiresAt: Date
  /** Business time of the start: equal for repeated requests. */
  readonly openedAt: Date
}

/** A payment by a token that a program was granted. */
export interface GrantedCharge extends Pick<NewCheckout, 'checkoutId' | 'accountId'> {
  readonly token: string
  readonly challengeId: string
  readonly money: Money
}

export interface OpenedCheckout {
  readonly sessionId: string
  /** For a subscription that started without a page, that of its first invoice. Null if nothing is to be paid. */
  readonly url: string | null
  /** Time at which its page closes, if that is earlier than requested. Null otherwise. */
  readonly expiresAt: Date | null
}

export interface FetchedCheckout {
  readonly sessionId: string
  /** `APPROVED`: the buyer has agreed, and the provider waits for the capture. */
  readonly status: 'OPEN' | 'APPROVED' | 'COMPLETE' | 'EXPIRED'
  /**
   * Distinguishes a buyer's approval from the next one if the first could not be collected. Null if no collection is
   * necessary.
   */
  readonly approval: string | null
  readonly paid: boolean
  /** The payment that was on its way will not come. */
  readonly failed: boolean
  /** Our checkout's id, when it is one of ours. */
  readonly checkoutId: string | null
  readonly clientReference: string | null
  readonly customerId: string | null
  readonly subscriptionId: string | null
  /** The first invoice of a subscription. */
  readonly invoiceId: string | null
  /** Payment of a one-time purchase. Null if nothing was due. */
  readonly paymentId: string | null
  /** Before discounts and tax. */
  readonly subtotal: Money | null
  /** Tax included in the payment. */
  readonly taxMinor: number
}
