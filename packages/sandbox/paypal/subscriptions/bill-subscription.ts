import type { SandboxState } from '#sandbox-state.js'
import { minor, money, type Money } from '../money.js'
import type { Capture, SubscriptionDetail } from '../objects.js'
import { payerOf } from '../orders/order.object.js'
import { createCapture } from '../payments/create-capture.js'
import { takePlannedFailure } from '../payments/planned-failure.js'
import { changeDetail, setStatus } from './change-subscription.js'
import { amountDue } from './cycle-price.js'
import { paymentArrived, paymentFailed } from './payment-outcome.js'
import { billAt, cycleEnd, presentCycle, stopBilling } from './schedule.js'

/** Starts a cycle: charges its price and the outstanding balance, and schedules the next one. */
export function billSubscription(world: SandboxState, id: string): void {
  const subscription = world.store.need('paypal.subscription', id)
  if (subscription.status !== 'ACTIVE') return
  const detail = world.store.need('paypal.subscription_detail', id)
  const cycle = presentCycle(detail)
  if (cycle === undefined) {
    stopBilling(world, id)
    setStatus(world, id, 'EXPIRED', 'BILLING.SUBSCRIPTION.EXPIRED')
    return
  }
  const due = amountDue(world, subscription, cycle)
  goOn(world, detail)
  world.due.cancel('paypal.subscription.retry', id)
  changeDetail(world, id, { retries: 0 })
  if (due !== null) charge(world, id, withOutstanding(detail, due))
}

/** Retries the payment of the outstanding balance. */
export function retryPayment(world: SandboxState, id: string): void {
  const { status } = world.store.need('paypal.subscription', id)
  const { outstanding } = world.store.need('paypal.subscription_detail', id)
  if (status === 'ACTIVE' && minor(outstanding) > 0n) charge(world, id, outstanding)
}

/** Takes an amount from the subscriber; null when it did not come. */
export function charge(world: SandboxState, id: string, amount: Money): Capture | null {
  const detail = world.store.need('paypal.subscription_detail', id)
  const subscription = world.store.need('paypal.subscription', id)
  const payer = detail.payerEmail === null ? null : payerOf(detail.payerEmail)
  const planned = takePlannedFailure(world, [id, payer?.payer_id, payer?.email_address])
  if (planned || failsNow(detail)) {
    paymentFailed(world, id, amount)
    return null
  }
  const capture = createCapture(world, {
    order: null,
    unit: null,
    subscription: id,
    payer,
    amount,
    custom_id: subscription.custom_id,
    funding: detail.funding === 'fails_later' ? 'balance' : detail.funding,
    settlesNow: false,
  })
  if (capture.status === 'COMPLETED') paymentArrived(world, id, amount)
  return capture
}

function failsNow({ funding, lastPayment }: SubscriptionDetail): boolean {
  return funding === 'declined' || (funding === 'fails_later' && lastPayment !== null)
}

function withOutstanding({ outstanding, preferences }: SubscriptionDetail, due: Money): Money {
  return preferences.auto_bill_outstanding ? money(due.currency_code, minor(due) + minor(outstanding)) : due
}

/** Counts the cycle that begins now, and plans what follows it. */
function goOn(world: SandboxState, detail: SubscriptionDetail): void {
  const cycle = presentCycle(detail)
  if (cycle === undefined) return
  const start = Math.floor((detail.nextAt ?? world.clock.now) / 1000)
  const end = cycleEnd(detail, cycle, start)
  const completed = detail.completed + 1
  const isLast = cycle.total_cycles > 0 && completed >= cycle.total_cycles
  changeDetail(world, detail.id, {
    executions: { ...detail.executions, [cycle.sequence]: (detail.executions[cycle.sequence] ?? 0) + 1 },
    ...(isLast ? { position: detail.position + 1, completed: 0, anchor: end } : { completed }),
  })
  billAt(world, detail.id, end * 1000)
}
