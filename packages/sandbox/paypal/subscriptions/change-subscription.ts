import type { SandboxState } from '#sandbox-state.js'
import { payPalNow } from '../api/time.js'
import { emitEvent } from '../events/emit-event.js'
import type { EventType } from '../events/event-types.js'
import type { Subscription, SubscriptionDetail, SubscriptionStatus } from '../objects.js'
import { showSubscription } from './subscription.object.js'

/** Replaces data of a subscription that responses do not show or show in another form. */
export function changeDetail(
  world: SandboxState,
  id: string,
  changes: Partial<SubscriptionDetail>,
): SubscriptionDetail {
  return world.store.put('paypal.subscription_detail', {
    ...world.store.need('paypal.subscription_detail', id),
    ...changes,
  })
}

/** Replaces some fields of a subscription. */
export function changeSubscription(world: SandboxState, id: string, changes: Partial<Subscription>): Subscription {
  const before = world.store.need('paypal.subscription', id)
  return world.store.put('paypal.subscription', { ...before, ...changes, update_time: payPalNow(world) })
}

/** Sets the status of a subscription and publishes it. The note states the reason. */
export function setStatus(
  world: SandboxState,
  id: string,
  status: SubscriptionStatus,
  event: EventType | null,
  note?: string,
): Subscription {
  const { status_change_note: _former, ...before } = world.store.need('paypal.subscription', id)
  const subscription = world.store.put('paypal.subscription', {
    ...before,
    status,
    ...(note === undefined ? {} : { status_change_note: note }),
    status_update_time: payPalNow(world),
    update_time: payPalNow(world),
  })
  if (event !== null) emitSubscriptionEvent(world, id, event)
  return subscription
}

/** Publishes an event with the current state of the subscription. */
export function emitSubscriptionEvent(world: SandboxState, id: string, event: EventType): void {
  emitEvent(world, event, showSubscription(world, world.store.need('paypal.subscription', id)))
}
