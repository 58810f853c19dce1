import type { SandboxState } from '#sandbox-state.js'
import { unprocessable } from '../api/paypal-error.js'
import { minor, normalized, type Money } from '../money.js'
import type { Capture, Subscription, SubscriptionStatus } from '../objects.js'
import { amountProblem } from '../api/amounts.js'
import { beginSubscription } from './approve-subscription.js'
import { charge } from './bill-subscription.js'
import { changeDetail, setStatus } from './change-subscription.js'
import { readQuantity } from './quantity.js'
import { billAt, cycleEnd, presentCycle, stopBilling } from './schedule.js'

/** Stops billing until the subscription is activated again. */
export function suspendSubscription(world: SandboxState, { id, status }: Subscription, reason: string): void {
  refuseUnless('suspend', status, ['ACTIVE'])
  const { nextAt } = world.store.need('paypal.subscription_detail', id)
  stopBilling(world, id)
  // Billing continues at the date that was due before the suspension.
  changeDetail(world, id, { nextAt })
  setStatus(world, id, 'SUSPENDED', 'BILLING.SUBSCRIPTION.SUSPENDED', reason)
}

/** Ends the subscription immediately. The outstanding balance remains. */
export function cancelSubscription(world: SandboxState, { id, status }: Subscription, reason: string): void {
  refuseUnless('cancel', status, ['ACTIVE', 'SUSPENDED'])
  stopBilling(world, id)
  changeDetail(world, id, { revision: null })
  setStatus(world, id, 'CANCELLED', 'BILLING.SUBSCRIPTION.CANCELLED', reason)
}

/** Activates an approved or suspended subscription. Missed bills are not charged later. */
export function activateSubscription(
  world: SandboxState,
  subscription: Subscription,
  reason: string | undefined,
): void {
  const { id, status } = subscription
  if (status === 'APPROVED') {
    beginSubscription(world, id, reason)
    return
  }
  refuseUnless('activate', status, ['APPROVED', 'SUSPENDED'])
  const detail = world.store.need('paypal.subscription_detail', id)
  const cycle = presentCycle(detail)
  const from = Math.max(detail.nextAt ?? 0, world.clock.now)
  const isMissed = detail.nextAt === null || detail.nextAt <= world.clock.now
  // The first moment of the old grid that is still to come.
  const next = cycle !== undefined && isMissed ? cycleEnd(detail, cycle, Math.floor(from / 1000)) * 1000 : from
  billAt(world, id, next)
  setStatus(world, id, 'ACTIVE', 'BILLING.SUBSCRIPTION.RE-ACTIVATED', reason)
}

/** Requests another plan or quantity. It applies after the subscriber's approval. */
export function reviseSubscription(
  world: SandboxState,
  subscription: Subscription,
  wanted: { plan_id?: string; quantity?: string },
): { plan: string; quantity: string } {
  refuseUnless('revise', subscription.status, ['ACTIVE', 'SUSPENDED'])
  const plan = world.store.get('paypal.plan', wanted.plan_id ?? subscription.plan_id)
  if (plan === undefined) throw unprocessable({ issue: 'INVALID_RESOURCE_ID', field: '/plan_id' })
  const present = world.store.need('paypal.plan', subscription.plan_id)
  if (plan.status !== 'ACTIVE' && plan.id !== present.id)
    throw unprocessable({ issue: 'PLAN_STATUS_INVALID', field: '/plan_id' })
  if (plan.product_id !== present.product_id)
    throw unprocessable({ issue: 'PLAN_PRODUCT_NOT_COMPATIBLE', field: '/plan_id' })
  const kept = plan.quantity_supported ? subscription.quantity : undefined
  const revision = { plan: plan.id, quantity: readQuantity(plan, wanted.quantity ?? kept) }
  changeDetail(world, subscription.id, { revision })
  return revision
}

/** Charges a part of the outstanding balance now. */
export function captureOutstanding(world: SandboxState, { id, status }: Subscription, given: Money): Capture {
  refuseUnless('capture', status, ['ACTIVE', 'SUSPENDED', 'EXPIRED'])
  const { outstanding } = world.store.need('paypal.subscription_detail', id)
  if (minor(outstanding) === 0n) throw unprocessable({ issue: 'ZERO_OUTSTANDING_BALANCE' })
  const wrong = amountProblem(given, '/amount/value', 'positive')
  if (wrong !== null) throw unprocessable(wrong)
  if (given.currency_code !== outstanding.currency_code)
    throw unprocessable({ issue: 'CURRENCY_MISMATCH', field: '/amount/currency_code' })
  if (minor(given) > minor(outstanding))
    throw unprocessable({ issue: 'AMOUNT_GREATER_THAN_OUTSTANDING_BALANCE', field: '/amount/value' })
  const capture = charge(world, id, normalized(given))
  if (capture === null) throw unprocessable({ issue: 'INSTRUMENT_DECLINED' })
  return capture
}

function refuseUnless(action: string, status: SubscriptionStatus, allowed: SubscriptionStatus[]): void {
  if (allowed.includes(status)) return
  throw unprocessable({
    issue: 'SUBSCRIPTION_STATUS_INVALID',
    description:
      `Invalid subscription status for ${action} action; subscription status should be ` +
      `${allowed.map((one) => one.toLowerCase()).join(' or ')}.`,
  })
}
