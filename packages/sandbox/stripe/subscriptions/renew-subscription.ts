import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { customerMethod } from '../collection/payment-method-for.js'
import { emitEvent } from '../events/emit-event.js'
import { pendingInvoiceItems } from '../invoice-items/invoice-item.object.js'
import { DRAFT_SECONDS, draftInvoice } from '../invoices/draft-invoice.js'
import { subscriptionLines } from '../invoices/subscription-lines.js'
import { renewalTerms } from '../subscription-schedules/enter-phase.js'
import { cancelSubscription } from './cancel-subscription.js'
import { expirePendingChange } from './expire-pending-change.js'
import { scheduleNext } from './schedule-subscription.js'
import { setStatus } from './set-status.js'
import { itemList } from './subscription.object.js'
import { firstPeriodEnd, renewedItems, renewingItems } from './subscription-periods.js'

/** Ends a period: the subscription ends if requested, otherwise its next period starts with a draft invoice. */
export function renewSubscription(world: SandboxState, id: string): void {
  const before = world.store.get('subscription', id)
  if (before === undefined || before.status === 'canceled' || before.status === 'paused') return
  if (before.cancel_at_period_end || (before.cancel_at !== null && before.cancel_at <= world.clock.seconds)) {
    cancelSubscription(world, id)
    return
  }
  expirePendingChange(world, id)
  const waited = world.store.need('subscription', id)
  if (waited.status === 'trialing' && endsWithoutMethod(world, waited)) return
  const terms = renewalTerms(world, waited)
  if (terms === null) return
  const { after, invoice } = beginPeriod(
    world,
    terms.subscription,
    terms.restarts ? 'subscription_update' : 'subscription_cycle',
  )
  const { object, previous } = changeObject(world, 'subscription', id, after)
  emitEvent(world, 'customer.subscription.updated', object, previous)
  world.due.schedule('invoice.finalize', invoice.id, world.clock.now + DRAFT_SECONDS * 1000)
  scheduleNext(world, object, before)
}

/** The draft of the next period's invoice and the subscription in that period; nothing of the subscription is written. */
export function beginPeriod(
  world: SandboxState,
  before: Stripe.Subscription,
  reason: Stripe.Invoice.BillingReason = 'subscription_cycle',
): { after: Stripe.Subscription; invoice: Stripe.Invoice } {
  const renewing = renewingItems(before)
  const ended = { start: renewing[0]?.current_period_start ?? before.created, end: firstPeriodEnd(before) }
  const id = world.ids.next('in')
  const after: Stripe.Subscription = {
    ...before,
    items: renewedItems(before),
    latest_invoice: id,
    status: before.status === 'trialing' ? 'active' : before.status,
  }
  const customer = world.store.need('customer', idOf(before.customer) ?? '')
  const invoice = draftInvoice(world, {
    id,
    customer,
    subscription: after,
    currency: before.currency,
    reason,
    period: ended,
    lines: subscriptionLines(world, { ...after, items: onlyItems(after, renewing) }, ended),
    pending: pendingInvoiceItems(world, customer.id, before.id, before.currency),
    finalizesAt: world.clock.seconds + DRAFT_SECONDS,
  })
  // A coupon that was used up by the draft is gone from the subscription too.
  const { discounts } = world.store.get('subscription', before.id) ?? before
  return { after: { ...after, discounts }, invoice }
}

function onlyItems(subscription: Stripe.Subscription, items: readonly Stripe.SubscriptionItem[]) {
  const ids = new Set(items.map(({ id }) => id))
  return itemList(
    subscription.id,
    subscription.items.data.filter(({ id }) => ids.has(id)),
  )
}

/** Three days before a trial ends: the notice. */
export function announceTrialEnd(world: SandboxState, id: string): void {
  const subscription = world.store.get('subscription', id)
  if (subscription?.status === 'trialing') emitEvent(world, 'customer.subscription.trial_will_end', subscription)
}

/** Cancels or pauses a trial that ends without a payment method, as configured. */
function endsWithoutMethod(world: SandboxState, subscription: Stripe.Subscription): boolean {
  const wanted = subscription.trial_settings?.end_behavior.missing_payment_method
  const method = subscription.default_payment_method ?? customerMethod(world, idOf(subscription.customer) ?? '')
  if (method !== null || wanted === 'create_invoice') return false
  if (wanted === 'cancel') {
    cancelSubscription(world, subscription.id)
    return true
  }
  emitEvent(world, 'customer.subscription.paused', setStatus(world, subscription.id, 'paused'))
  return true
}
