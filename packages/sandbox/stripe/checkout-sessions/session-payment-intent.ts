import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { createPaymentIntent } from '../payment-intents/payment-intent.object.js'

/** Payment intent of a session in mode payment, created at the first attempt and used for all others. */
export function paymentIntentOf(world: SandboxState, session: Stripe.Checkout.Session): string {
  const detail = world.store.need('session_detail', session.id)
  const amount = session.amount_total ?? 0
  if (detail.paymentIntent !== null) {
    changeObject(world, 'payment_intent', detail.paymentIntent, { amount })
    return detail.paymentIntent
  }
  const intent = createPaymentIntent(world, {
    amount,
    currency: session.currency ?? 'usd',
    customer: session.customer as string | null,
    description: detail.paymentIntentDescription,
    metadata: detail.paymentIntentMetadata,
    setupFutureUsage: detail.setupFutureUsage,
    redirects: null,
  })
  world.store.put('session_detail', { ...detail, paymentIntent: intent.id })
  changeObject(world, 'checkout.session', session.id, { payment_intent: intent.id })
  return intent.id
}
