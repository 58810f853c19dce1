import type { SandboxState } from '#sandbox-state.js'
import { minor, money } from '../money.js'
import type { Subscription, SubscriptionFunding } from '../objects.js'
import { payerOf } from '../orders/order.object.js'
import { priceOf } from '../plans/check-cycles.js'
import { currencyOf } from '../plans/create-plan.js'
import { takePlannedFailure } from '../payments/planned-failure.js'
import { billSubscription, charge } from './bill-subscription.js'
import { changeDetail, changeSubscription, setStatus, emitSubscriptionEvent } from './change-subscription.js'
import { withOverrides } from './plan-overrides.js'
import { billAt } from './schedule.js'

/** Input of the subscriber on the page. */
export interface SubscriberChoice {
  email: string
  funding: SubscriptionFunding
}

/** Approves a new subscription or a change. False if the payment method was declined. */
export function approveSubscription(world: SandboxState, id: string, { email, funding }: SubscriberChoice): boolean {
  const before = world.store.need('paypal.subscription', id)
  const detail = world.store.need('paypal.subscription_detail', id)
  if (detail.revision !== null) {
    acceptRevision(world, before)
    return true
  }
  const payer = payerOf(email)
  if (funding === 'declined' || takePlannedFailure(world, [id, payer.payer_id, payer.email_address])) return false
  changeDetail(world, id, { payerEmail: email, funding })
  const { address: _country, ...shown } = payer
  changeSubscription(world, id, { subscriber: { ...before.subscriber, ...shown } })
  setStatus(world, id, 'APPROVED', null)
  if (detail.userAction === 'SUBSCRIBE_NOW') beginSubscription(world, id)
  return true
}

/** True if the subscriber is waited for. */
export function waitsForSubscriber(world: SandboxState, subscription: Subscription): boolean {
  const { revision } = world.store.need('paypal.subscription_detail', subscription.id)
  return subscription.status === 'APPROVAL_PENDING' || (subscription.status === 'ACTIVE' && revision !== null)
}

/** An approved subscription begins: the fee for setting up is taken, the first cycle now or at its start. */
export function beginSubscription(world: SandboxState, id: string, note?: string): Subscription {
  const subscription = world.store.need('paypal.subscription', id)
  const begins = Math.max(Date.parse(subscription.start_time), world.clock.now)
  changeSubscription(world, id, { start_time: new Date(begins).toISOString().replace(/\.\d{3}Z$/, 'Z') })
  changeDetail(world, id, { anchor: Math.floor(begins / 1000) })
  setStatus(world, id, 'ACTIVE', null, note)
  billAt(world, id, begins)
  const detail = world.store.need('paypal.subscription_detail', id)
  const [cycle] = detail.cycles
  const beginsNow = begins <= world.clock.now
  // A free trial counts as over before the subscription is announced.
  const isFree = cycle !== undefined && priceOf(cycle) === null
  if (beginsNow && isFree) billNow(world, id)
  emitSubscriptionEvent(world, id, 'BILLING.SUBSCRIPTION.ACTIVATED')
  if (minor(detail.preferences.setup_fee) > 0n) charge(world, id, detail.preferences.setup_fee)
  if (beginsNow && !isFree) billNow(world, id)
  return world.store.need('paypal.subscription', id)
}

function billNow(world: SandboxState, id: string): void {
  world.due.cancel('paypal.subscription.bill', id)
  billSubscription(world, id)
}

/** The change that was agreed to holds from the next bill on. */
function acceptRevision(world: SandboxState, subscription: Subscription): void {
  const detail = world.store.need('paypal.subscription_detail', subscription.id)
  const { revision } = detail
  if (revision === null) return
  const plan = world.store.need('paypal.plan', revision.plan)
  const isOther = plan.id !== subscription.plan_id
  const terms = withOverrides(plan)
  changeSubscription(world, subscription.id, { plan_id: plan.id, quantity: revision.quantity })
  changeDetail(world, subscription.id, {
    revision: null,
    ...(isOther
      ? {
          ...terms,
          // Trials are for those who come, not for those who change.
          position: terms.cycles.findIndex(({ tenure_type }) => tenure_type === 'REGULAR'),
          completed: 0,
          executions: {},
          anchor: Math.floor((detail.nextAt ?? world.clock.now) / 1000),
          outstanding: money(currencyOf(terms.cycles), minor(detail.outstanding)),
        }
      : {}),
  })
  emitSubscriptionEvent(world, subscription.id, 'BILLING.SUBSCRIPTION.UPDATED')
}
