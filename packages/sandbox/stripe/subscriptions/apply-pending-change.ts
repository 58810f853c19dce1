import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'
import { itemList } from './subscription.object.js'
import { scheduleNext } from './schedule-subscription.js'

/** A change that ended the trial makes the subscription active when it is paid. */
const trialOf = (before: Stripe.Subscription, trialEnd: number | null, now: number): Partial<Stripe.Subscription> =>
  before.status === 'trialing' && (trialEnd ?? now) <= now
    ? { trial_end: trialEnd, status: 'active' }
    : { trial_end: trialEnd }

/** Applies a change whose payment succeeded. */
export function applyPendingChange(world: SandboxState, id: string): void {
  const change = world.store.need('pending_change', id)
  const before = world.store.need('subscription', id)
  world.store.remove('pending_change', id)
  world.due.cancel('subscription.pending_update', id)
  const { object, previous } = changeObject(world, 'subscription', id, {
    billing_cycle_anchor: change.billingCycleAnchor,
    discounts: change.discounts,
    items: itemList(id, change.items),
    pending_update: null,
    ...trialOf(before, change.trialEnd, world.clock.seconds),
  })
  for (const term of change.terms) world.store.put('billed_term', term)
  scheduleNext(world, object, before)
  emitEvent(world, 'customer.subscription.updated', object, previous)
  if (before.pending_update !== null) emitEvent(world, 'customer.subscription.pending_update_applied', object)
}
