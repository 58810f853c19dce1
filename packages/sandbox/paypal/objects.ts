import type { Link } from './api/paypal-error.js'
import type { Money } from './money.js'

/** The payer, as PayPal shows it after the approval. */
export interface Payer {
  name: { given_name: string; surname: string }
  email_address: string
  payer_id: string
  address: { country_code: string }
}

/** Item of an order. `payments` is added in responses. */
export interface PurchaseUnit extends Record<string, unknown> {
  reference_id: string
  amount: Money & { breakdown?: Record<string, Money> }
  payee: { email_address: string; merchant_id: string }
  custom_id?: string
  invoice_id?: string
  description?: string
}

/** Status of an order. */
export type OrderStatus = 'CREATED' | 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED' | 'VOIDED'

/** Order as stored. `showOrder` adds its payments and links. */
export interface Order {
  id: string
  intent: 'CAPTURE'
  status: OrderStatus
  purchase_units: PurchaseUnit[]
  create_time: string
  update_time?: string
  payer?: Payer
  payment_source?: { paypal: Record<string, unknown> }
}

/** Funding of a payment: immediate, declined, or a bank that reports the result days later. */
export type Funding = 'balance' | 'declined' | 'bank_pays' | 'bank_refuses'

/** Input of an order that responses do not show. */
export interface OrderDetail {
  id: string
  /** True if a payment source was named: then the payer's link is called `payer-action`. */
  isSourceNamed: boolean
  returnUrl: string | null
  cancelUrl: string | null
  userAction: 'CONTINUE' | 'PAY_NOW'
  /** True if only immediate payments are accepted. */
  immediateOnly: boolean
  brandName: string | null
  /** Language tag of the pages. */
  locale: string | null
  funding: Funding | null
  /** True if the bank responds immediately instead of days later. */
  settlesNow: boolean
}

/** Captured payment as stored. Links are added in responses. */
export interface Capture {
  id: string
  status: 'COMPLETED' | 'DECLINED' | 'PARTIALLY_REFUNDED' | 'PENDING' | 'REFUNDED' | 'FAILED'
  status_details?: { reason: string }
  amount: Money
  invoice_id?: string
  custom_id?: string
  final_capture: boolean
  seller_protection: { status: string; dispute_categories?: string[] }
  seller_receivable_breakdown?: { gross_amount: Money; paypal_fee: Money; net_amount: Money }
  create_time: string
  update_time: string
}

/** Data of a payment that responses do not show: its order or subscription, and the later result of its bank. */
export interface CaptureDetail {
  id: string
  order: string | null
  unit: string | null
  subscription: string | null
  payer: Payer | null
  /** Later result of the bank while the capture is pending. */
  bankPays: boolean | null
}

/** A server that wants PayPal's events. */
export interface Webhook {
  id: string
  url: string
  event_types: { name: string; description?: string }[]
}

/** Event as stored, with the exact object that is delivered. */
export interface PayPalEvent {
  id: string
  /** Business time in milliseconds. */
  at: number
  event: {
    id: string
    event_version: string
    create_time: string
    resource_type: string
    resource_version?: string
    event_type: string
    summary: string
    resource: object
    links: Link[]
  }
}

/** Stored response to a `PayPal-Request-Id`. */
export interface PayPalAnswerKept {
  id: string
  fingerprint: string
  object: string | null
  status: number
  body: object | null
  /** Business time in milliseconds. */
  at: number
  keptUntil: number
}

/** Money that went back of a capture; links are added where it is shown. */
export interface Refund {
  id: string
  status: 'COMPLETED' | 'PENDING' | 'FAILED' | 'CANCELLED'
  status_details?: { reason: string }
  amount: Money
  invoice_id?: string
  custom_id?: string
  note_to_payer?: string
  seller_payable_breakdown: Record<string, Money>
  create_time: string
  update_time: string
}

/** Data of a refund that responses do not show. */
export interface RefundDetail {
  id: string
  capture: string
  /** True if a lost dispute reversed the payment. */
  isReversal: boolean
}

/** Something that subscriptions are for. */
export interface Product {
  id: string
  name: string
  description?: string
  type: string
  category?: string
  image_url?: string
  home_url?: string
  create_time: string
  update_time: string
}

/** Interval of a cycle and its number of repetitions. 0 repeats it forever. */
export interface BillingCycle {
  pricing_scheme?: { version?: number; fixed_price?: Money; create_time?: string; update_time?: string }
  frequency: { interval_unit: string; interval_count: number }
  tenure_type: 'TRIAL' | 'REGULAR'
  sequence: number
  total_cycles: number
}

/** Handling of failed payments. */
export interface PaymentPreferences {
  auto_bill_outstanding: boolean
  setup_fee: Money
  setup_fee_failure_action: 'CANCEL' | 'CONTINUE'
  payment_failure_threshold: number
}

/** The terms of subscriptions; links are added where it is shown. */
export interface Plan {
  id: string
  product_id: string
  name: string
  status: 'CREATED' | 'INACTIVE' | 'ACTIVE'
  description?: string
  billing_cycles: BillingCycle[]
  payment_preferences: PaymentPreferences
  taxes?: { percentage: string; inclusive: boolean }
  quantity_supported: boolean
  create_time: string
  update_time: string
}

/** All prices that a plan has had, by the cycle's sequence, with the moment (milliseconds) from which each holds. */
export interface PlanPrices {
  id: string
  prices: { sequence: number; version: number; price: Money; at: number }[]
}

/** Status of a subscription. */
export type SubscriptionStatus = 'APPROVAL_PENDING' | 'APPROVED' | 'ACTIVE' | 'SUSPENDED' | 'CANCELLED' | 'EXPIRED'

/** Subscription as stored. Billing data and links are added in responses. */
export interface Subscription {
  id: string
  plan_id: string
  status: SubscriptionStatus
  status_change_note?: string
  status_update_time: string
  start_time: string
  quantity: string
  subscriber?: Record<string, unknown>
  custom_id?: string
  plan_overridden: boolean
  create_time: string
  update_time: string
}

/** Data of a subscription that responses do not show or show in another form. */
export interface SubscriptionDetail {
  id: string
  /** Identifier of its page. */
  token: string
  returnUrl: string | null
  cancelUrl: string | null
  brandName: string | null
  /** Language tag of the pages. */
  locale: string | null
  userAction: 'CONTINUE' | 'SUBSCRIBE_NOW'
  /** Terms with their overrides. */
  cycles: BillingCycle[]
  /** Sequences whose price was overridden: the plan's new prices do not touch them. */
  ownPrices: number[]
  preferences: PaymentPreferences
  taxes: { percentage: string; inclusive: boolean } | null
  /** Next billed cycle, its number of bills, and its start (seconds). */
  position: number
  completed: number
  anchor: number
  /** Number of bills per sequence. */
  executions: Record<string, number>
  /** Business time (milliseconds) of the next bill. Null if there is none. */
  nextAt: number | null
  outstanding: Money
  failures: number
  /** Number of retries of the current failure. */
  retries: number
  lastPayment: { amount: Money; time: string } | null
  lastFailure: { amount: Money; time: string; reason_code: string; next_payment_retry_time?: string } | null
  funding: SubscriptionFunding
  payerEmail: string | null
  /** A change that waits until the payer agrees. */
  revision: { plan: string; quantity: string } | null
}

/** Funding of a subscriber's payments. `fails_later` pays only the first one. */
export type SubscriptionFunding = Funding | 'fails_later'

/** A payment that its payer questions; links are added where it is shown. */
export interface Dispute {
  dispute_id: string
  id: string
  create_time: string
  update_time: string
  disputed_transactions: object[]
  reason: string
  status: 'WAITING_FOR_SELLER_RESPONSE' | 'UNDER_REVIEW' | 'RESOLVED'
  dispute_amount: Money
  dispute_outcome?: { outcome_code: string; amount_refunded?: Money }
  dispute_life_cycle_stage: 'INQUIRY' | 'CHARGEBACK'
  dispute_channel: string
  seller_response_due_date?: string
}
