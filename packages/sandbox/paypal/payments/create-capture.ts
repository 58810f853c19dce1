import type { SandboxState } from '#sandbox-state.js'
import { payPalNow } from '../api/time.js'
import { emitEvent } from '../events/emit-event.js'
import { minor, money, type Money } from '../money.js'
import type { Capture, CaptureDetail, Funding } from '../objects.js'
import { showCapture } from './capture.object.js'
import { showSale } from './sale.object.js'

/** Time until a bank reports the result. */
const BANK_TAKES = 3 * 24 * 60 * 60 * 1000

/** PayPal's fee: 3.49 % and 49 of the smallest units. */
const FEE_PER_TEN_THOUSAND = 349n
const FIXED_FEE = 49n

/** A payment that is about to be taken. */
export interface PaymentInput extends Pick<CaptureDetail, 'order' | 'unit' | 'subscription' | 'payer'> {
  amount: Money
  invoice_id?: string | undefined
  custom_id?: string | undefined
  funding: Funding
  settlesNow: boolean
}

/** Captures a payment immediately, or after the result of the payer's bank. */
export function createCapture(world: SandboxState, input: PaymentInput): Capture {
  const isPending = input.funding === 'bank_pays' || input.funding === 'bank_refuses'
  const capture: Capture = {
    id: world.ids.code('paypal.capture'),
    status: isPending ? 'PENDING' : 'COMPLETED',
    ...(isPending ? { status_details: { reason: 'ECHECK' } } : {}),
    amount: input.amount,
    ...(input.invoice_id === undefined ? {} : { invoice_id: input.invoice_id }),
    ...(input.custom_id === undefined ? {} : { custom_id: input.custom_id }),
    final_capture: true,
    seller_protection: { status: 'NOT_ELIGIBLE' },
    ...(isPending ? {} : { seller_receivable_breakdown: breakdownOf(input.amount) }),
    create_time: payPalNow(world),
    update_time: payPalNow(world),
  }
  const { order, unit, subscription, payer } = input
  const bankPays = isPending ? input.funding === 'bank_pays' : null
  world.store.put('paypal.capture_detail', { id: capture.id, order, unit, subscription, payer, bankPays })
  world.store.put('paypal.capture', capture)
  emitPaymentEvent(world, capture, isPending ? 'PENDING' : 'COMPLETED')
  if (isPending) {
    world.due.schedule('paypal.capture.settle', capture.id, world.clock.now + (input.settlesNow ? 0 : BANK_TAKES))
    // Work that is due now runs after this call.
    if (input.settlesNow) setImmediate(() => world.advance(world.clock.now))
  }
  return capture
}

/** Publishes a payment of a subscription as a sale and every other payment as a capture. */
export function emitPaymentEvent(
  world: SandboxState,
  capture: Capture,
  what: 'COMPLETED' | 'PENDING' | 'DENIED',
): void {
  if (world.store.need('paypal.capture_detail', capture.id).subscription === null)
    emitEvent(world, `PAYMENT.CAPTURE.${what}`, showCapture(world, capture))
  else emitEvent(world, `PAYMENT.SALE.${what}`, showSale(world, capture))
}

/** Gross amount, fee and net amount for the merchant. */
export function breakdownOf(amount: Money) {
  const gross = minor(amount)
  const fee = feeOf(gross)
  const { currency_code: currency } = amount
  return { gross_amount: amount, paypal_fee: money(currency, fee), net_amount: money(currency, gross - fee) }
}

/** PayPal's fee for a payment, never more than the payment. */
function feeOf(gross: bigint): bigint {
  const fee = (gross * FEE_PER_TEN_THOUSAND + 5000n) / 10_000n + FIXED_FEE
  return fee > gross ? gross : fee
}
