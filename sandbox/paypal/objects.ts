import type { Link } from './api/paypal-error.js'
import type { Money } from './money.js'

/** Who pays, as PayPal shows them after they approved. */
export interface Payer {
  name: { given_name: string; surname: string }
  email_address: string
  payer_id: string
  address: { country_code: string }
}

/** What is bought in an order; `payments` is added where it is shown. */
export interface PurchaseUnit extends Record<string, unknown> {
  reference_id: string
  amount: Money & { breakdown?: Record<string, Money> }
  payee: { email_address: string; merchant_id: string }
  custom_id?: string
  invoice_id?: string
  description?: string
}

/** How far an order is. */
export type OrderStatus = 'CREATED' | 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED' | 'VOIDED'

/** An order as it is kept; `showOrder` adds its payments and links. */
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

/** How the payer's money comes: at once, never, or from a bank that answers days later. */
export type Funding = 'balance' | 'declined' | 'bank_pays' | 'bank_refuses'

/** What an order was asked for and does not show. */
export interface OrderDetail {
  id: string
  /** Whether a payment source was named: then the payer's link is called `payer-action`. */
  isSourceNamed: boolean
  returnUrl: string | null
  cancelUrl: string | null
  userAction: 'CONTINUE' | 'PAY_NOW'
  /** Only payments that arrive at once are wanted. */
  immediateOnly: boolean
  brandName: string | null
  funding: Funding | null
  /** Whether a bank answers at once instead of days later. */
  settlesNow: boolean
}

/** A captured payment as it is kept; links are added where it is shown. */
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

/** What a capture does not show. */
export interface CaptureDetail {
  id: string
  order: string
  unit: string
  /** How the bank will answer, while the capture is pending. */
  bankPays: boolean | null
}

/** A server that wants PayPal's events. */
export interface Webhook {
  id: string
  url: string
  event_types: { name: string; description?: string }[]
}

/** An event as it is kept, with the exact object that is delivered. */
export interface PayPalEvent {
  id: string
  /** Business time in milliseconds. */
  at: number
  event: {
    id: string
    event_version: string
    create_time: string
    resource_type: string
    resource_version: string
    event_type: string
    summary: string
    resource: object
    links: Link[]
  }
}

/** What was answered to a `PayPal-Request-Id`. */
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

/** What a refund does not show. */
export interface RefundDetail {
  id: string
  capture: string
}
