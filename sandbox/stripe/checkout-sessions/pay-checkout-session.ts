import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'
import { failPaymentIntent } from '../payment-intents/charge-payment-intent.js'
import { keepPaymentMethod } from '../payment-methods/payment-method.object.js'
import { takePlannedFailure } from '../payment-methods/planned-failure.js'
import { declineMessage, type TestCard } from '../payment-methods/test-cards.js'
import { completeCheckoutSession } from './complete-checkout-session.js'
import { paymentIntentOf } from './session-payment-intent.js'

/** What came of an attempt to pay. */
export type PaymentAttempt =
  | { kind: 'paid'; session: Stripe.Checkout.Session }
  | { kind: 'declined'; session: Stripe.Checkout.Session; declineCode: string; message: string }
  | { kind: 'challenge'; session: Stripe.Checkout.Session }
  | { kind: 'closed'; session: Stripe.Checkout.Session }

/** Who pays, as the page was told. */
export interface Payer {
  name: string | null
  email: string | null
}

/** One attempt to pay an open session with a test card. Failed attempts leave it open; a closed one is not paid again. */
export function payCheckoutSession(world: World, id: string, card: TestCard, payer: Payer): PaymentAttempt {
  const session = world.store.need('checkout.session', id)
  if (session.status !== 'open') return { kind: 'closed', session }
  const customer = idOf(session.customer)
  if (customer !== null && world.store.get('customer', customer) === undefined) {
    return {
      kind: 'declined',
      session,
      declineCode: 'customer_deleted',
      message: 'The customer of this checkout was deleted.',
    }
  }
  const planned = takePlannedFailure(world, customer)
  if (planned !== null) return decline(world, session, card, planned)
  if (card.atCheckout === 'declined') return decline(world, session, card, card.declineCode)
  if (card.atCheckout === 'challenge') {
    world.store.put('session_detail', { ...world.store.need('session_detail', id), challengedCard: card.number })
    return { kind: 'challenge', session }
  }
  return { kind: 'paid', session: completeCheckoutSession(world, session, card, payer) }
}

/** The end of a 3D Secure challenge: passed it pays, failed it is a decline. */
export function answerChallenge(
  world: World,
  id: string,
  card: TestCard,
  passed: boolean,
  payer: Payer,
): PaymentAttempt {
  const session = world.store.need('checkout.session', id)
  if (session.status !== 'open') return { kind: 'closed', session }
  world.store.put('session_detail', { ...world.store.need('session_detail', id), challengedCard: null })
  if (!passed) return decline(world, session, card, 'authentication_required')
  return { kind: 'paid', session: completeCheckoutSession(world, session, card, payer) }
}

/**
 * In mode payment the first attempt makes the payment intent and every failure is told; in mode subscription a failed
 * attempt leaves nothing behind.
 */
function decline(world: World, session: Stripe.Checkout.Session, card: TestCard, declineCode: string): PaymentAttempt {
  if (session.mode === 'payment' && (session.amount_total ?? 0) > 0) {
    const intent = paymentIntentOf(world, session)
    const customer = session.customer as string | null
    const method = keepPaymentMethod(world, card, {
      customer,
      email: session.customer_details?.email ?? null,
      name: null,
    })
    emitEvent(world, 'payment_intent.payment_failed', failPaymentIntent(world, intent, method, declineCode))
  }
  return { kind: 'declined', session, declineCode, message: declineMessage(declineCode) }
}
