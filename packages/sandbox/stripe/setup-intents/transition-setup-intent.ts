import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'
import { attachPaymentMethod } from '../payment-methods/attach.js'
import { declineOf } from '../payment-methods/decline.js'
import { CHALLENGE_FAILED } from '../payment-methods/test-cards.js'
import { challengeOf } from '../payment-intents/challenge.js'
import { cardOf } from '../payment-intents/decide-attempt.js'

/** Attempts to store a payment method. Cards can be declined, or require a 3D Secure challenge first. */
export function attemptSetupIntent(
  world: SandboxState,
  id: string,
  method: Stripe.PaymentMethod,
  returnUrl: string | null = null,
): Stripe.SetupIntent {
  const card = cardOf(world, method.id)
  if (card?.atCheckout === 'declined') return failSetupIntent(world, id, method, card.declineCode)
  return card?.atCheckout === 'challenge'
    ? askForAuthentication(world, id, method, returnUrl)
    : succeedSetupIntent(world, id, method)
}

/** Stores the payment method and attaches it to the customer, if there is one. */
export function succeedSetupIntent(world: SandboxState, id: string, method: Stripe.PaymentMethod): Stripe.SetupIntent {
  const intent = world.store.need('setup_intent', id)
  const customer = idOf(intent.customer)
  if (customer !== null) attachPaymentMethod(world, method.id, customer)
  const { object } = changeObject(world, 'setup_intent', id, {
    last_setup_error: null,
    next_action: null,
    payment_method: method.id,
    status: 'succeeded',
  })
  emitEvent(world, 'setup_intent.succeeded', object)
  return object
}

/** Fails the intent because the payment method cannot be stored. */
export function failSetupIntent(
  world: SandboxState,
  id: string,
  method: Stripe.PaymentMethod,
  declineCode: string,
  message?: string,
): Stripe.SetupIntent {
  const { object } = changeObject(world, 'setup_intent', id, {
    last_setup_error: {
      ...declineOf(world, declineCode, message),
      payment_method: method,
      type: 'card_error',
    },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  })
  emitEvent(world, 'setup_intent.setup_failed', object)
  return object
}

/** Cancels an intent that is not over. */
export function cancelSetupIntent(
  world: SandboxState,
  id: string,
  reason: Stripe.SetupIntent.CancellationReason | null,
): Stripe.SetupIntent {
  const { object } = changeObject(world, 'setup_intent', id, {
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  })
  emitEvent(world, 'setup_intent.canceled', object)
  return object
}

/** Completes a challenge: a passed one stores the card, a failed one does not. */
export function answerSetupAuthentication(world: SandboxState, id: string, passed: boolean): Stripe.SetupIntent | null {
  const intent = world.store.get('setup_intent', id)
  if (intent?.status !== 'requires_action') return null
  const method = world.store.need('payment_method', idOf(intent.payment_method) ?? '')
  return passed
    ? succeedSetupIntent(world, id, method)
    : failSetupIntent(world, id, method, 'authentication_required', CHALLENGE_FAILED)
}

function askForAuthentication(
  world: SandboxState,
  id: string,
  method: Stripe.PaymentMethod,
  returnUrl: string | null,
): Stripe.SetupIntent {
  const { object } = changeObject(world, 'setup_intent', id, {
    next_action: challengeOf(world, id, returnUrl),
    payment_method: method.id,
    status: 'requires_action',
  })
  emitEvent(world, 'setup_intent.requires_action', object)
  return object
}
