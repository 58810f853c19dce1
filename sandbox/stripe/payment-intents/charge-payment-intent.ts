import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { buildCharge } from '../charges/charge.object.js'
import { declineMessage } from '../payment-methods/test-cards.js'

/** Moves the money of a payment intent: it succeeds, with a charge. Announcing it is the caller's part. */
export function succeedPaymentIntent(world: World, id: string, method: Stripe.PaymentMethod): Stripe.PaymentIntent {
  const charge = world.store.put('charge', buildCharge(world, world.store.need('payment_intent', id), method, null))
  return changeObject(world, 'payment_intent', id, {
    amount_received: charge.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: method.id,
    status: 'succeeded',
  }).object
}

/** Lets a payment intent fail with a decline code: it waits for another card. Announcing it is the caller's part. */
export function failPaymentIntent(
  world: World,
  id: string,
  method: Stripe.PaymentMethod,
  declineCode: string,
): Stripe.PaymentIntent {
  const charge = world.store.put(
    'charge',
    buildCharge(world, world.store.need('payment_intent', id), method, declineCode),
  )
  return changeObject(world, 'payment_intent', id, {
    last_payment_error: {
      charge: charge.id,
      code: 'card_declined',
      decline_code: declineCode,
      doc_url: 'https://stripe.com/docs/error-codes/card-declined',
      message: declineMessage(declineCode),
      payment_method: method,
      type: 'card_error',
    },
    latest_charge: charge.id,
    payment_method: null,
    status: 'requires_payment_method',
  }).object
}
