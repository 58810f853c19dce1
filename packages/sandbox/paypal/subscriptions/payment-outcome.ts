import type { SandboxState } from '#sandbox-state.js'
import { payPalNow, payPalTime } from '../api/time.js'
import { minor, money, type Money } from '../money.js'
import { changeDetail, setStatus, emitSubscriptionEvent } from './change-subscription.js'
import { stopBilling } from './schedule.js'

const RETRY_AFTER = 5 * 24 * 60 * 60 * 1000
const MAX_RETRIES = 2

/** Records a successful payment of a subscription and clears its outstanding balance. */
export function paymentArrived(world: SandboxState, id: string, amount: Money): void {
  world.due.cancel('paypal.subscription.retry', id)
  const { outstanding } = world.store.need('paypal.subscription_detail', id)
  const left = minor(outstanding) - minor(amount)
  changeDetail(world, id, {
    lastPayment: { amount, time: payPalNow(world) },
    outstanding: money(outstanding.currency_code, left > 0n ? left : 0n),
    failures: 0,
    retries: 0,
  })
}

/**
 * Records a failed payment. PayPal retries it twice, five days apart. Then the failure counts, as does one of a later
 * cycle while the earlier one is unpaid. The plan's threshold of failures suspends the subscription.
 */
export function paymentFailed(world: SandboxState, id: string, amount: Money): void {
  const detail = world.store.need('paypal.subscription_detail', id)
  const isTriedAgain = detail.failures === 0 && detail.retries < MAX_RETRIES
  const retryAt = world.clock.now + RETRY_AFTER
  const failures = isTriedAgain ? detail.failures : detail.failures + 1
  const { payment_failure_threshold: threshold } = detail.preferences
  const isOver = threshold > 0 && failures >= threshold
  changeDetail(world, id, {
    outstanding: minor(detail.outstanding) >= minor(amount) ? detail.outstanding : amount,
    failures,
    retries: isTriedAgain ? detail.retries + 1 : 0,
    lastFailure: {
      amount,
      time: payPalNow(world),
      reason_code: 'PAYMENT_DENIED',
      ...(isTriedAgain ? { next_payment_retry_time: payPalTime(retryAt) } : {}),
    },
  })
  if (isTriedAgain) world.due.schedule('paypal.subscription.retry', id, retryAt)
  emitSubscriptionEvent(world, id, 'BILLING.SUBSCRIPTION.PAYMENT.FAILED')
  if (!isOver || world.store.need('paypal.subscription', id).status !== 'ACTIVE') return
  stopBilling(world, id)
  setStatus(world, id, 'SUSPENDED', 'BILLING.SUBSCRIPTION.SUSPENDED')
}
