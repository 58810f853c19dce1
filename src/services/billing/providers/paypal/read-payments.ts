import type { CapturedPayment, CaptureStatus, Order, OrdersCapture, Refund } from '@paypal/paypal-server-sdk'
import type { DisputeStatus } from '#entities/billing/dispute.entity.js'
import type { RefundStatus } from '#entities/billing/refund.entity.js'
import type { FetchedDispute, FetchedPayment, FetchedRefund } from '../payments-port.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import type { FetchedCheckout } from '#services/billing/providers/port.js'
import { fromPayPalMoney } from './paypal-money.js'
import { dateOf } from './read-subscription.js'
import { readReference } from './reference.js'

const PAID: readonly `${CaptureStatus}`[] = ['COMPLETED']
const ORDER_STATUSES: Record<string, FetchedCheckout['status']> = {
  CREATED: 'OPEN',
  SAVED: 'OPEN',
  PAYER_ACTION_REQUIRED: 'OPEN',
  APPROVED: 'APPROVED',
  COMPLETED: 'COMPLETE',
  VOIDED: 'EXPIRED',
}

const PAYMENT_STATUSES: Record<string, FetchedPayment['status']> = {
  COMPLETED: 'SUCCEEDED',
  PARTIALLY_REFUNDED: 'SUCCEEDED',
  REFUNDED: 'SUCCEEDED',
  PENDING: 'PENDING',
  DECLINED: 'FAILED',
  FAILED: 'FAILED',
}

const SALE_STATES: Record<string, FetchedPayment['status']> = {
  completed: 'SUCCEEDED',
  partially_refunded: 'SUCCEEDED',
  refunded: 'SUCCEEDED',
  pending: 'PENDING',
  denied: 'FAILED',
}

const REFUND_STATUSES: Record<string, Exclude<RefundStatus, 'CREATING'>> = {
  COMPLETED: 'SUCCEEDED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELED',
}

/** Outcomes of closed disputes. All outcomes that are not against the seller return the money. */
const OUTCOMES: Record<string, DisputeStatus> = {
  RESOLVED_BUYER_FAVOUR: 'LOST',
  ACCEPTED: 'LOST',
  RESOLVED_SELLER_FAVOUR: 'WON',
  RESOLVED_WITH_PAYOUT: 'WON',
  CANCELED_BY_BUYER: 'WON',
  DENIED: 'WON',
  NONE: 'WON',
}

/** An order in our words: one thing is bought in it, and its last capture says what came of the money. */
export function readOrder(order: Order): FetchedCheckout {
  const status = ORDER_STATUSES[order.status ?? '']
  const [unit] = order.purchaseUnits ?? []
  if (!order.id || !status || !unit)
    throw new ProviderUnavailable('PayPal returned an order that does not have exactly one purchase unit')
  const capture = lastCapture(order)
  const payment = capture && paymentStatus(capture.status)
  const reference = readReference(unit.customId)
  return {
    sessionId: order.id,
    status,
    approval: status === 'APPROVED' ? (order.updateTime ?? order.id) : null,
    paid: payment === 'SUCCEEDED',
    failed: payment === 'FAILED',
    checkoutId: reference?.checkoutId ?? null,
    clientReference: null,
    customerId: reference?.accountId ?? null,
    subscriptionId: null,
    invoiceId: null,
    paymentId: capture?.id ?? null,
    // Captured amount; before the capture, the requested amount.
    subtotal: fromPayPalMoney(capture?.amount ?? unit.amount),
    taxMinor: 0,
  }
}

export const lastCapture = (order: Order): OrdersCapture | null =>
  order.purchaseUnits?.[0]?.payments?.captures?.at(-1) ?? null

function paymentStatus(status: string | undefined): FetchedPayment['status'] {
  const known = PAYMENT_STATUSES[status ?? '']
  if (!known) throw new ProviderUnavailable(`PayPal returned a payment with an unknown status: ${status}`)
  return known
}

/** A capture in our model, without refunds and disputes. */
export function readCapture(capture: CapturedPayment): Omit<FetchedPayment, 'refunds' | 'disputes'> {
  const status = paymentStatus(capture.status)
  const reference = readReference(capture.customId)
  // A bank can respond days later: then the payment's time is that of its last change, which refunds also update.
  const changed = capture.status && PAID.includes(capture.status) ? capture.updateTime : undefined
  return {
    paymentId: capture.id ?? '',
    status,
    customerId: reference?.accountId ?? null,
    checkoutId: reference?.checkoutId ?? null,
    invoiceId: null,
    money: fromPayPalMoney(capture.amount),
    paidAt: status === 'SUCCEEDED' ? dateOf(changed ?? capture.createTime) : null,
    receiptUrl: null,
  }
}

/** A payment of a subscription, in the words of PayPal's older interface. */
export interface PayPalSale {
  readonly id: string
  readonly state: string
  readonly amount: { readonly total: string; readonly currency: string }
  readonly billing_agreement_id?: string
  readonly create_time: string
  readonly update_time?: string
}

/** A sale in our words: it is its own invoice, since PayPal writes none. */
export function readSale(sale: PayPalSale): Omit<FetchedPayment, 'refunds' | 'disputes'> {
  const status = SALE_STATES[sale.state]
  if (!status) throw new ProviderUnavailable(`PayPal returned a sale with an unknown state: ${sale.state}`)
  return {
    paymentId: sale.id,
    status,
    customerId: null,
    checkoutId: null,
    invoiceId: sale.billing_agreement_id ? sale.id : null,
    money: fromPayPalMoney({ value: sale.amount.total, currencyCode: sale.amount.currency }),
    paidAt: status === 'SUCCEEDED' ? dateOf(sale.create_time) : null,
    receiptUrl: null,
  }
}

export const readRefund = (refund: Refund): FetchedRefund => ({
  externalId: refund.id ?? '',
  refundId: refund.customId ?? null,
  amountMinor: fromPayPalMoney(refund.amount).amountMinor,
  status: REFUND_STATUSES[refund.status ?? ''] ?? 'PENDING',
  reason: refund.noteToPayer ?? null,
  createdAt: dateOf(refund.createTime)!,
})

/** A refund of a sale, in the words of the older interface. */
export interface PayPalSaleRefund {
  readonly id: string
  readonly state: string
  readonly amount: { readonly total: string; readonly currency: string }
  readonly sale_id?: string
  readonly invoice_number?: string
  readonly description?: string
  readonly create_time: string
}

export const readSaleRefund = (refund: PayPalSaleRefund): FetchedRefund => ({
  externalId: refund.id,
  refundId: refund.invoice_number ?? null,
  // Refunds are negative amounts in some responses.
  amountMinor: Math.abs(
    fromPayPalMoney({ value: refund.amount.total, currencyCode: refund.amount.currency }).amountMinor,
  ),
  status: REFUND_STATUSES[refund.state.toUpperCase()] ?? 'PENDING',
  reason: refund.description ?? null,
  createdAt: dateOf(refund.create_time)!,
})

/** A dispute as PayPal shows it by its id. */
export interface PayPalDispute {
  readonly dispute_id: string
  readonly status: string
  readonly create_time: string
  readonly dispute_amount: { readonly currency_code: string; readonly value: string }
  readonly dispute_outcome?: {
    readonly outcome_code?: string
    readonly amount_refunded?: { readonly currency_code: string; readonly value: string }
  }
}

export function readDispute(dispute: PayPalDispute): FetchedDispute {
  const status =
    dispute.status === 'RESOLVED' ? (OUTCOMES[dispute.dispute_outcome?.outcome_code ?? ''] ?? 'OPEN') : 'OPEN'
  const taken = (status === 'LOST' && dispute.dispute_outcome?.amount_refunded) || dispute.dispute_amount
  return {
    externalId: dispute.dispute_id,
    amountMinor: fromPayPalMoney({ value: taken.value, currencyCode: taken.currency_code }).amountMinor,
    status,
    openedAt: dateOf(dispute.create_time)!,
  }
}
