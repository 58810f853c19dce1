import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'

/** Sets the status of a subscription with further changes. An unchanged status publishes no event. */
export function setStatus(
  world: SandboxState,
  id: string,
  status: Stripe.Subscription.Status,
  changes: Partial<Stripe.Subscription> = {},
): Stripe.Subscription {
  const before = world.store.need('subscription', id)
  if (isOver(before)) return before
  const { object, previous } = changeObject(world, 'subscription', id, { ...changes, status })
  if (Object.keys(previous).length > 0) emitEvent(world, 'customer.subscription.updated', object, previous)
  return object
}

/** True if a subscription has ended permanently and cannot change. */
export function isOver({ status }: Stripe.Subscription): boolean {
  return status === 'canceled' || status === 'incomplete_expired'
}
