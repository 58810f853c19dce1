import type { SandboxState } from '#sandbox-state.js'
import { payPalNow } from '../api/time.js'
import type { Capture } from '../objects.js'
import { paymentArrived, paymentFailed } from '../subscriptions/payment-outcome.js'
import { breakdownOf, emitPaymentEvent } from './create-capture.js'

/** Applies the bank's result. Null if no payment is pending. `pays` overrides the planned result. */
export function settleCapture(world: SandboxState, id: string, pays?: boolean): Capture | null {
  const before = world.store.get('paypal.capture', id)
  if (before?.status !== 'PENDING') return null
  world.due.cancel('paypal.capture.settle', id)
  const { status_details: _waited, ...rest } = before
  const { bankPays, subscription } = world.store.need('paypal.capture_detail', id)
  const isPaid = pays ?? bankPays === true
  const capture = world.store.put('paypal.capture', {
    ...rest,
    status: isPaid ? 'COMPLETED' : 'DECLINED',
    ...(isPaid ? { seller_receivable_breakdown: breakdownOf(before.amount) } : {}),
    update_time: payPalNow(world),
  })
  emitPaymentEvent(world, capture, isPaid ? 'COMPLETED' : 'DENIED')
  if (subscription !== null) {
    if (isPaid) paymentArrived(world, subscription, capture.amount)
    else paymentFailed(world, subscription, capture.amount)
  }
  return capture
}
