import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { failPaymentIntent } from '../payment-intents/transition-payment-intent.js'
import { takePlannedFailure } from '../payment-methods/planned-failure.js'
import { CHALLENGE_FAILED, declineMessage, type TestCard } from '../payment-methods/test-cards.js'
import { failSetupIntent } from '../setup-intents/transition-setup-intent.js'
import { completeCheckoutSession } from './complete-checkout-session.js'
import { dropSpentPromotionCode } from './change-session.js'
import { asksForMethod, savePaymentMethod, type PaymentChoice, type Payer } from './payment-choice.js'
import { paymentIntentOf } from './session-payment-intent.js'

type Session = Stripe.Checkout.Session

/** Result of an attempt to pay. */
export type PaymentAttempt =
  | { kind: 'paid'; session: Session }
  | { kind: 'declined'; session: Session; declineCode: string; message: string }
  | { kind: 'challenge'; session: Session }
  | { kind: 'closed'; session: Session }

/** One attempt to pay an open session. Failed attempts leave it open; a closed one is not paid again. */
export function payCheckoutSession(
  world: SandboxState,
  id: string,
  means: PaymentChoice,
  payer: Payer,
): PaymentAttempt {
  const session = world.store.need('checkout.session', id)
  if (session.status !== 'open') return { kind: 'closed', session }
  const customer = idOf(session.customer)
  if (customer !== null && world.store.get('customer', customer) === undefined)
    return refuse(session, 'customer_deleted', 'The customer of this checkout was deleted.')
  const spent = dropSpentPromotionCode(world, session)
  if (spent !== null) return refuse(world.store.need('checkout.session', id), 'promotion_code_invalid', spent)
  if (means.kind === 'nothing' && asksForMethod(session))
    return refuse(session, 'payment_method_required', 'This checkout needs a payment method.')
  if (means.kind !== 'card') return { kind: 'paid', session: completeCheckoutSession(world, session, means, payer) }
  const planned = takePlannedFailure(world, customer)
  if (planned !== null) return decline(world, session, means.card, planned)
  if (means.card.atCheckout === 'declined') return decline(world, session, means.card, means.card.declineCode)
  if (means.card.atCheckout === 'challenge') {
    world.store.put('session_detail', { ...world.store.need('session_detail', id), challengedCard: means.card.number })
    return { kind: 'challenge', session }
  }
  return { kind: 'paid', session: completeCheckoutSession(world, session, means, payer) }
}

/** The end of a 3D Secure challenge: passed it pays, failed it is a decline. */
export function answerChallenge(
  world: SandboxState,
  id: string,
  card: TestCard,
  passed: boolean,
  payer: Payer,
): PaymentAttempt {
  const session = world.store.need('checkout.session', id)
  if (session.status !== 'open') return { kind: 'closed', session }
  world.store.put('session_detail', { ...world.store.need('session_detail', id), challengedCard: null })
  if (!passed) return decline(world, session, card, 'authentication_required', CHALLENGE_FAILED)
  const spent = dropSpentPromotionCode(world, session)
  if (spent !== null) return refuse(world.store.need('checkout.session', id), 'promotion_code_invalid', spent)
  return { kind: 'paid', session: completeCheckoutSession(world, session, { kind: 'card', card }, payer) }
}

/**
 * In mode payment, the first attempt creates the payment intent and every failure is published, as in mode setup. In
 * mode subscription, a failed attempt stores nothing.
 */
function decline(
  world: SandboxState,
  session: Session,
  card: TestCard,
  declineCode: string,
  message = declineMessage(declineCode),
): PaymentAttempt {
  const payer = { name: null, email: session.customer_details?.email ?? null }
  const method = session.mode === 'subscription' ? null : savePaymentMethod(world, { kind: 'card', card }, payer)
  if (method !== null && session.mode === 'setup')
    failSetupIntent(world, idOf(session.setup_intent) ?? '', method, declineCode, message)
  if (method !== null && session.mode === 'payment' && (session.amount_total ?? 0) > 0)
    failPaymentIntent(world, paymentIntentOf(world, session), method, declineCode, message)
  return refuse(session, declineCode, message)
}

function refuse(session: Session, declineCode: string, message: string): PaymentAttempt {
  return { kind: 'declined', session, declineCode, message }
}
