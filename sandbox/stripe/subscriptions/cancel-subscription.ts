import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'

/** What a cancellation says about itself. */
export type CancellationDetails = Partial<Stripe.Subscription.CancellationDetails>

/** Ends a subscription now, for good: nothing of it falls due any more and its open invoices are not tried again. */
export function cancelSubscription(world: World, id: string, details: CancellationDetails = {}): void {
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
  world.due.cancel('subscription.renew', id)
  world.due.cancel('subscription.trial_will_end', id)
  for (const invoice of world.store.all('invoice')) {
    if (invoice.parent?.subscription_details?.subscription === id) stopCollecting(world, invoice)
  }
  emitEvent(world, 'customer.subscription.deleted', object)
}

function stopCollecting(world: World, invoice: Stripe.Invoice): void {
  if (invoice.status !== 'draft' && invoice.status !== 'open') return
  world.due.cancel('invoice.finalize', invoice.id)
  world.due.cancel('invoice.retry', invoice.id)
  changeObject(world, 'invoice', invoice.id, {
    auto_advance: false,
    automatically_finalizes_at: null,
    next_payment_attempt: null,
  })
}
