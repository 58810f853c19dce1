import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'

/** Cancels an unpaid intent. An intent in a terminal status stays unchanged. */
export function cancelPaymentIntent(
  world: SandboxState,
  id: string,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Stripe.PaymentIntent {
  const intent = world.store.need('payment_intent', id)
  if (intent.status === 'succeeded' || intent.status === 'canceled') return intent
  world.due.cancel('payment.settle', id)
  const { object } = changeObject(world, 'payment_intent', id, {
    canceled_at: world.clock.seconds,
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  })
  emitEvent(world, 'payment_intent.canceled', object)
  return object
}
