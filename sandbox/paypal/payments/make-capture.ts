import type { World } from '../../world.js'
import { payPalNow } from '../api/time.js'
import { emitEvent } from '../events/emit-event.js'
import { minor, money } from '../money.js'
import type { Capture, Order, OrderDetail, PurchaseUnit } from '../objects.js'
import { showCapture } from './capture.object.js'

/** How long a bank takes to answer. */
const BANK_TAKES = 3 * 24 * 60 * 60 * 1000

/** What PayPal keeps: 3.49 % and 49 of the smallest units. */
const FEE_PER_TEN_THOUSAND = 349n
const FIXED_FEE = 49n

/** Takes the money of one purchase unit: at once, or when the payer's bank has answered. */
export function makeCapture(world: World, order: Order, unit: PurchaseUnit, detail: OrderDetail): Capture {
  const isPending = detail.funding === 'bank_pays' || detail.funding === 'bank_refuses'
  const amount = { currency_code: unit.amount.currency_code, value: unit.amount.value }
  const capture: Capture = {
    id: world.ids.code('paypal.capture'),
    status: isPending ? 'PENDING' : 'COMPLETED',
    ...(isPending ? { status_details: { reason: 'ECHECK' } } : {}),
    amount,
    ...(unit.invoice_id === undefined ? {} : { invoice_id: unit.invoice_id }),
    ...(unit.custom_id === undefined ? {} : { custom_id: unit.custom_id }),
    final_capture: true,
    seller_protection: { status: 'NOT_ELIGIBLE' },
    ...(isPending ? {} : { seller_receivable_breakdown: breakdownOf(amount) }),
    create_time: payPalNow(world),
    update_time: payPalNow(world),
  }
  world.store.put('paypal.capture_detail', {
    id: capture.id,
    order: order.id,
    unit: unit.reference_id,
    bankPays: isPending ? detail.funding === 'bank_pays' : null,
  })
  world.store.put('paypal.capture', capture)
  emitEvent(world, `PAYMENT.CAPTURE.${isPending ? 'PENDING' : 'COMPLETED'}`, showCapture(world, capture))
  if (isPending) {
    world.due.schedule('paypal.capture.settle', capture.id, world.clock.now + (detail.settlesNow ? 0 : BANK_TAKES))
    // What is due at once happens when this call is over.
    if (detail.settlesNow) setImmediate(() => world.advance(world.clock.now))
  }
  return capture
}

/** The bank answers; null when no bank is at work. `pays` overrules what was planned. */
export function settleCapture(world: World, id: string, pays?: boolean): Capture | null {
  const before = world.store.get('paypal.capture', id)
  if (before?.status !== 'PENDING') return null
  world.due.cancel('paypal.capture.settle', id)
  const { status_details: _waited, ...rest } = before
  const isPaid = pays ?? world.store.need('paypal.capture_detail', id).bankPays === true
  const capture = world.store.put('paypal.capture', {
    ...rest,
    status: isPaid ? 'COMPLETED' : 'DECLINED',
    ...(isPaid ? { seller_receivable_breakdown: breakdownOf(before.amount) } : {}),
    update_time: payPalNow(world),
  })
  emitEvent(world, `PAYMENT.CAPTURE.${isPaid ? 'COMPLETED' : 'DENIED'}`, showCapture(world, capture))
  return capture
}

/** What the merchant gets of an amount. */
function breakdownOf(amount: Capture['amount']) {
  const gross = minor(amount)
  const fee = feeOf(gross)
  const { currency_code: currency } = amount
  return { gross_amount: amount, paypal_fee: money(currency, fee), net_amount: money(currency, gross - fee) }
}

/** PayPal's fee for a payment, never more than the payment. */
export function feeOf(gross: bigint): bigint {
  const fee = (gross * FEE_PER_TEN_THOUSAND + 5000n) / 10_000n + FIXED_FEE
  return fee > gross ? gross : fee
}
