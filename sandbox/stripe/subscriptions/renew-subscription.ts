import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'
import { DRAFT_SECONDS, draftInvoice } from '../invoices/draft-invoice.js'
import { cancelSubscription } from './cancel-subscription.js'
import { periodEnd, renewedItems } from './subscription-periods.js'

/** The end of a period: the subscription ends if that was asked for, else its next period begins with a draft invoice. */
export function renewSubscription(world: World, id: string): void {
  const before = world.store.get('subscription', id)
  if (before === undefined || before.status === 'canceled') return
  if (before.cancel_at_period_end) return cancelSubscription(world, id)
  const ended = { start: before.items.data[0]?.current_period_start ?? before.created, end: periodEnd(before) }
  const invoiceId = world.ids.next('in')
  const { object, previous } = changeObject(world, 'subscription', id, {
    items: renewedItems(before),
    latest_invoice: invoiceId,
    ...(before.status === 'trialing' ? { status: 'active' } : {}),
  })
  draftInvoice(world, { id: invoiceId, subscription: object, reason: 'subscription_cycle', period: ended })
  emitEvent(world, 'customer.subscription.updated', object, previous)
  world.due.schedule('invoice.finalize', invoiceId, world.clock.now + DRAFT_SECONDS * 1000)
  world.due.schedule('subscription.renew', id, periodEnd(object) * 1000)
}

/** Three days before a trial ends: the notice. */
export function announceTrialEnd(world: World, id: string): void {
  const subscription = world.store.get('subscription', id)
  if (subscription?.status === 'trialing') emitEvent(world, 'customer.subscription.trial_will_end', subscription)
}
