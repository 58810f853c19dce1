import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'
import { stopCollecting } from '../invoices/close-invoice.js'
import { attachedSchedule } from '../subscription-schedules/attached-schedule.js'
import { detachSchedule } from '../subscription-schedules/detach-schedule.js'
import { expirePendingChange } from './expire-pending-change.js'
import { clearSchedule } from './schedule-subscription.js'

/** Details of a cancellation. */
export type CancellationDetails = Partial<Stripe.Subscription.CancellationDetails>

/** Ends a subscription permanently now: its scheduled work is removed and its open invoices are not retried. */
export function cancelSubscription(
  world: SandboxState,
  id: string,
  details: CancellationDetails = {},
): Stripe.Subscription {
  expirePendingChange(world, id)
  const before = world.store.need('subscription', id)
  const now = world.clock.seconds
  const { object } = changeObject(world, 'subscription', id, {
    canceled_at: before.canceled_at ?? now,
    cancellation_details: {
      comment: null,
      feedback: null,
      feedback_option: null,
      ...before.cancellation_details,
      reason: before.cancellation_details?.reason ?? 'cancellation_requested',
      ...details,
    },
    ended_at: now,
    status: 'canceled',
  })
  clearSchedule(world, id)
  const schedule = attachedSchedule(world, before)
  if (schedule !== undefined)
    detachSchedule(world, schedule, details.reason === 'payment_failed' ? 'aborted' : 'canceled')
  for (const discount of object.discounts) world.due.cancel('discount.end', idOf(discount) ?? '')
  for (const invoice of world.store.by('invoice', 'subscription', id)) stopCollecting(world, invoice.id)
  const ended = world.store.need('subscription', id)
  emitEvent(world, 'customer.subscription.deleted', ended)
  return ended
}
