import type { SandboxState } from '#sandbox-state.js'
import { amountProblem } from '../api/amounts.js'
import { unprocessable } from '../api/paypal-error.js'
import { payPalNow } from '../api/time.js'
import { openDisputeOf, wasLost } from '../disputes/dispute-state.js'
import { emitEvent } from '../events/emit-event.js'
import { minor, money, normalized, type Money } from '../money.js'
import type { Capture, Refund } from '../objects.js'
import { showRefund } from './refund.object.js'
import { showSaleRefund } from './sale.object.js'

const REFUNDABLE_FOR = 180 * 24 * 60 * 60 * 1000

/** Input of a refund. */
export interface RefundInput {
  /** All that is left, when left out. */
  amount?: Money | undefined
  invoice_id?: string | undefined
  custom_id?: string | undefined
  note_to_payer?: string | undefined
}

/** Refunds a payment. Throws PayPal's errors. */
export function refundCapture(world: SandboxState, capture: Capture, input: RefundInput): Refund {
  const left = leftOf(world, capture)
  refuseUnrefundable(world, capture)
  const amount = input.amount === undefined ? money(capture.amount.currency_code, left) : checked(capture, input.amount)
  if (minor(amount) > left)
    throw unprocessable({ issue: 'REFUND_AMOUNT_EXCEEDED', field: '/amount/value', value: amount.value })
  if (openDisputeOf(world, capture.id) !== undefined && minor(amount) < left)
    throw unprocessable({ issue: 'TRANSACTION_DISPUTED' })
  return giveBack(world, capture, amount, input, false)
}

/** Reverses the remaining amount of a payment after a lost dispute. Null if nothing remains. */
export function reverseCapture(world: SandboxState, capture: Capture): Refund | null {
  const left = leftOf(world, capture)
  return left === 0n ? null : giveBack(world, capture, money(capture.amount.currency_code, left), {}, true)
}

/** Amount of a payment that is not refunded yet. */
export function leftOf(world: SandboxState, capture: Capture): bigint {
  return refundsOf(world, capture.id).reduce((left, refund) => left - minor(refund.amount), minor(capture.amount))
}

function refundsOf(world: SandboxState, capture: string): Refund[] {
  return world.store
    .by('paypal.refund_detail', 'capture', capture)
    .map(({ id }) => world.store.need('paypal.refund', id))
}

function refuseUnrefundable(world: SandboxState, capture: Capture): void {
  if (wasLost(world, capture.id)) throw unprocessable({ issue: 'REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK' })
  if (capture.status === 'PENDING') throw unprocessable({ issue: 'PENDING_CAPTURE' })
  if (capture.status === 'REFUNDED') throw unprocessable({ issue: 'CAPTURE_FULLY_REFUNDED' })
  if (capture.status === 'DECLINED' || capture.status === 'FAILED') throw unprocessable({ issue: 'REFUND_NOT_ALLOWED' })
  if (Date.parse(capture.create_time) + REFUNDABLE_FOR < world.clock.now)
    throw unprocessable({ issue: 'REFUND_TIME_LIMIT_EXCEEDED' })
}

function checked(capture: Capture, amount: Money): Money {
  const wrong = amountProblem(amount, '/amount/value', 'positive')
  if (wrong !== null) throw unprocessable(wrong)
  if (amount.currency_code !== capture.amount.currency_code)
    throw unprocessable({ issue: 'REFUND_CAPTURE_CURRENCY_MISMATCH', field: '/amount/currency_code' })
  return normalized(amount)
}

function giveBack(
  world: SandboxState,
  capture: Capture,
  amount: Money,
  input: RefundInput,
  isReversal: boolean,
): Refund {
  const { currency_code: currency } = amount
  const left = leftOf(world, capture) - minor(amount)
  const { amount: _amount, ...named } = input
  const refund: Refund = {
    id: world.ids.code('paypal.refund'),
    status: 'COMPLETED',
    amount,
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    seller_payable_breakdown: {
      gross_amount: amount,
      paypal_fee: money(currency, 0n),
      net_amount: amount,
      total_refunded_amount: money(currency, minor(capture.amount) - left),
    },
    create_time: payPalNow(world),
    update_time: payPalNow(world),
  }
  world.store.put('paypal.refund_detail', { id: refund.id, capture: capture.id, isReversal })
  world.store.put('paypal.refund', refund)
  world.store.put('paypal.capture', {
    ...capture,
    status: left === 0n ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
    update_time: payPalNow(world),
  })
  const what = isReversal ? 'REVERSED' : 'REFUNDED'
  if (world.store.need('paypal.capture_detail', capture.id).subscription === null)
    emitEvent(world, `PAYMENT.CAPTURE.${what}`, showRefund(world, refund))
  else emitEvent(world, `PAYMENT.SALE.${what}`, showSaleRefund(world, refund))
  return refund
}
