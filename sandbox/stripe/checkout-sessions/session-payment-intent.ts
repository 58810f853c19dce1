import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { buildPaymentIntent } from '../payment-intents/payment-intent.object.js'

/** The payment intent of a session in mode payment; made at the first attempt. */
export function paymentIntentOf(world: World, session: Stripe.Checkout.Session): string {
  const detail = world.store.need('session_detail', session.id)
  if (detail.paymentIntent !== null) return detail.paymentIntent
  const intent = world.store.put(
    'payment_intent',
    buildPaymentIntent(world, {
      amount: session.amount_total ?? 0,
      currency: session.currency ?? 'usd',
      customer: session.customer as string | null,
      description: null,
      metadata: detail.paymentIntentMetadata,
      setupFutureUsage: null,
    }),
  )
  world.store.put('session_detail', { ...detail, paymentIntent: intent.id })
  changeObject(world, 'checkout.session', session.id, { payment_intent: intent.id })
  return intent.id
}
