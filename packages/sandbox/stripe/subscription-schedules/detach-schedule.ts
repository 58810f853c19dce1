import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'
import { isOver } from '../subscriptions/set-status.js'

type Ending = 'aborted' | 'canceled' | 'completed' | 'released'

/** Releases a schedule. Its subscription continues without it, or has already ended. */
export function detachSchedule(
  world: SandboxState,
  schedule: Stripe.SubscriptionSchedule,
  how: Ending,
): Stripe.SubscriptionSchedule {
  const now = world.clock.seconds
  const subscription = idOf(schedule.subscription) ?? ''
  world.due.cancel('schedule.phase', schedule.id)
  const { object, previous } = changeObject(world, 'subscription_schedule', schedule.id, {
    current_phase: null,
    ...(how === 'released'
      ? { status: 'released', released_at: now, released_subscription: subscription, subscription: null }
      : how === 'completed'
        ? { status: 'completed', completed_at: now }
        : { status: 'canceled', canceled_at: now }),
  })
  const detached = changeObject(world, 'subscription', subscription, { schedule: null })
  emitEvent(world, `subscription_schedule.${how}`, object, previous)
  if (!isOver(detached.object)) emitEvent(world, 'customer.subscription.updated', detached.object, detached.previous)
  return object
}
