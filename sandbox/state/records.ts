import type Stripe from 'stripe'

/** What a session was asked for and does not show: consumed when it is paid. */
export interface SessionDetail {
  id: string
  lineItems: Stripe.LineItem[]
  subscriptionMetadata: Record<string, string>
  paymentIntentMetadata: Record<string, string>
  trialPeriodDays: number | null
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
  /** How many attempts of the long schedule were planned. */
  longAttempts: number
  status: 'pending' | 'delivered' | 'failed'
  lastStatusCode: number | null
  lastError: string | null
  /** Business time (ISO) of the next attempt by the long schedule; null when there is none. */
  nextAttemptAt: string | null
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
  | 'subscription.trial_will_end'
  | 'subscription.renew'
  | 'invoice.finalize'
  | 'invoice.retry'
  | 'delivery.retry'

/** The stored answer of a request with an idempotency key. `at` is business time in milliseconds. */
export interface StoredAnswer {
  id: string
  fingerprint: string
  status: number
  body: string
  at: number
}

/** Every kind of record the sandbox keeps: Stripe's objects by their `object` name, then its own. */
export interface Records {
  customer: Stripe.Customer
  product: Stripe.Product
  price: Stripe.Price
  'checkout.session': Stripe.Checkout.Session
  subscription: Stripe.Subscription
  invoice: Stripe.Invoice
  payment_intent: Stripe.PaymentIntent
  payment_method: Stripe.PaymentMethod
  charge: Stripe.Charge
  invoice_payment: Stripe.InvoicePayment
  event: Stripe.Event
  webhook_endpoint: Stripe.WebhookEndpoint
  deleted_customer: Stripe.DeletedCustomer
  session_detail: SessionDetail
  price_currencies: { id: string; options: Record<string, Stripe.Price.CurrencyOptions> }
  test_card: { id: string; number: string }
  planned_failure: { id: string; times: number; code: string }
  webhook_secret: WebhookSecret
  delivery: Delivery
  due: DueEntry
  idempotency: StoredAnswer
  counter: { id: string; value: number }
  setting: { id: string; value: string }
}

/** The name of a collection. */
export type RecordKind = keyof Records
