import type Stripe from 'stripe'
import type { GrantedToken } from '../stripe/granted-tokens/granted-token.object.js'
import type {
  Capture,
  CaptureDetail,
  Dispute,
  Order,
  OrderDetail,
  PayPalAnswerKept,
  PayPalEvent,
  Plan,
  PlanPrices,
  Product,
  Refund,
  RefundDetail,
  Subscription,
  SubscriptionDetail,
  Webhook,
} from '../paypal/objects.js'

/** Input of a session that responses do not show. Used when it is paid. */
export interface SessionDetail {
  id: string
  lineItems: Stripe.LineItem[]
  subscriptionMetadata: Record<string, string>
  subscriptionDescription: string | null
  paymentIntentMetadata: Record<string, string>
  paymentIntentDescription: string | null
  setupFutureUsage: 'off_session' | 'on_session' | null
  trialPeriodDays: number | null
  /** End of the trial (seconds) if it was requested as a time instead of days. */
  trialEnd: number | null
  missingPaymentMethod: 'cancel' | 'create_invoice' | 'pause'
  /** True if the entered name replaces the customer's name. */
  updatesName: boolean
  /** The coupons that are redeemed when it is paid, by their discounts' future terms. */
  redeemables: { coupon: string; promotionCode: string | null }[]
  /** Digits of the card whose 3D Secure challenge is open. */
  challengedCard: string | null
  /** The payment intent of a failed attempt in mode payment: the next attempt uses it again. */
  paymentIntent: string | null
}

/** The secret of a webhook endpoint; after it was rolled, also the former one until a moment of business time (milliseconds). */
export interface WebhookSecret {
  id: string
  secret: string
  former?: { secret: string; until: number }
}

/** One event on its way to one endpoint. */
export interface Delivery {
  id: string
  event: string
  eventType: string
  endpoint: string
  url: string
  attempts: number
  /** Number of planned attempts of the long schedule. */
  longAttempts: number
  status: 'pending' | 'delivered' | 'failed'
  lastStatusCode: number | null
  lastError: string | null
  /** Business time (ISO) of the next attempt by the long schedule. Null if there is none. */
  nextAttemptAt: string | null
  /** Provider of the event. Default: Stripe. */
  provider?: 'paypal'
  /** PayPal signs once for all attempts: the transmission's id and its moment of machine time (ISO). */
  transmission?: { id: string; time: string }
}

/** Something that happens by itself when the business clock reaches `at` (milliseconds). */
export interface DueEntry {
  id: string
  kind: DueKind
  subject: string
  at: number
  sequence: number
}

/** The kinds of things that fall due. */
export type DueKind =
  | 'session.expire'
  | 'payment.settle'
  | 'refund.settle'
  | 'discount.end'
  | 'subscription.cancel'
  | 'subscription.expire'
  | 'subscription.unpause'
  | 'subscription.pending_update'
  | 'schedule.phase'
  | 'meter.report'
  | 'test_clock.ready'
  | 'subscription.trial_will_end'
  | 'subscription.renew'
  | 'invoice.finalize'
  | 'invoice.retry'
  | 'invoice.overdue'
  | 'invoice.give_up'
  | 'delivery.retry'
  | 'paypal.order.expire'
  | 'paypal.capture.settle'
  | 'paypal.subscription.bill'
  | 'paypal.subscription.retry'

/** Stored response of a request with an idempotency key. `at` is business time in milliseconds. */
export interface StoredAnswer {
  id: string
  fingerprint: string
  /** Missing in older journals. */
  path?: string
  status: number
  body: string
  /** ID of the original request. Missing in older journals. */
  requestId?: string
  at: number
}

/** Last bill of the current term of a subscription item. The value of unused time is computed from it. */
export interface BilledTerm {
  id: string
  /** Net of discounts, in minor units. */
  amount: number
  quantity: number
  start: number
  end: number
  invoice: string | null
  line: string | null
}

/** A change of a subscription that waits until its invoice is paid. */
export interface PendingChange {
  id: string
  invoice: string
  items: Stripe.SubscriptionItem[]
  billingCycleAnchor: number
  trialEnd: number | null
  terms: BilledTerm[]
  /** IDs of the discounts afterwards, and of those that its invoice contains. */
  discounts: string[]
  redeemed: string[]
}

/** Usage that a meter counted. */
export interface MeterUsage {
  id: string
  identifier: string
  meter: string
  customer: string
  value: number
  timestamp: number
  /** Business time in seconds at which it was reported. */
  created: number
}

/** Events that a meter rejected since its last error report. */
export interface MeterErrors {
  id: string
  errors: { code: string; message: string; identifier: string }[]
}

/** Result of a debit of a bank account. */
export interface TestBank {
  id: string
  succeeds: boolean
}

/** A link to the page on which an account is completed. */
export interface AccountLinkRecord {
  id: string
  account: string
  returnUrl: string
  refreshUrl: string
  /** Seconds. */
  expiresAt: number
  used: boolean
}

/** Every kind of record the sandbox keeps: Stripe's objects by their `object` name, then its own. */
export interface Records {
  customer: Stripe.Customer
  product: Stripe.Product
  price: Stripe.Price
  'checkout.session': Stripe.Checkout.Session
  subscription: Stripe.Subscription
  subscription_schedule: Stripe.SubscriptionSchedule
  invoice: Stripe.Invoice
  payment_intent: Stripe.PaymentIntent
  granted_token: GrantedToken
  granted_method: { id: string; method: string }
  payment_method: Stripe.PaymentMethod
  charge: Stripe.Charge
  balance_transaction: Stripe.BalanceTransaction
  setup_intent: Stripe.SetupIntent
  refund: Stripe.Refund
  account: Stripe.Account
  /** The account whose keys call the sandbox. */
  own_account: Stripe.Account
  account_link: AccountLinkRecord
  transfer: Stripe.Transfer
  dispute: Stripe.Dispute
  coupon: Stripe.Coupon
  credit_note: Stripe.CreditNote
  deleted_coupon: Stripe.Coupon
  coupon_scope: { id: string; products: string[] }
  promotion_code: Stripe.PromotionCode
  discount: Stripe.Discount
  invoiceitem: Stripe.InvoiceItem
  tax_id: Stripe.TaxId
  customer_balance_transaction: Stripe.CustomerBalanceTransaction
  'billing_portal.configuration': Stripe.BillingPortal.Configuration
  'billing_portal.session': Stripe.BillingPortal.Session
  'billing.meter': Stripe.Billing.Meter
  meter_usage: MeterUsage
  meter_errors: MeterErrors
  v2_event: { id: string; type: string; created: string; body: Record<string, unknown> }
  invoice_payment: Stripe.InvoicePayment
  event: Stripe.Event
  webhook_endpoint: Stripe.WebhookEndpoint
  'test_helpers.test_clock': Stripe.TestHelpers.TestClock
  deleted_customer: Stripe.DeletedCustomer
  session_detail: SessionDetail
  price_currencies: { id: string; options: Record<string, Stripe.Price.CurrencyOptions> }
  price_tiers: { id: string; tiers: Stripe.Price.Tier[] }
  billed_term: BilledTerm
  pending_change: PendingChange
  test_card: { id: string; number: string }
  test_bank: TestBank
  /** Payment methods that were taken from their customer, or paid once without one: they pay no more. */
  spent_method: { id: string }
  planned_failure: { id: string; times: number; code: string }
  webhook_secret: WebhookSecret
  'paypal.order': Order
  'paypal.order_detail': OrderDetail
  'paypal.capture': Capture
  'paypal.capture_detail': CaptureDetail
  'paypal.refund': Refund
  'paypal.refund_detail': RefundDetail
  'paypal.product': Product
  'paypal.plan': Plan
  'paypal.plan_prices': PlanPrices
  'paypal.subscription': Subscription
  'paypal.subscription_detail': SubscriptionDetail
  'paypal.dispute': Dispute
  'paypal.dispute_detail': { id: string; capture: string }
  'paypal.webhook': Webhook
  'paypal.event': PayPalEvent
  'paypal.answer': PayPalAnswerKept
  delivery: Delivery
  due: DueEntry
  idempotency: StoredAnswer
  counter: { id: string; value: number }
  setting: { id: string; value: string }
}

/** The name of a collection. */
export type RecordKind = keyof Records
