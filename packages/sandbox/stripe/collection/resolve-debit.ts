import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { failPaymentIntent, succeedPaymentIntent } from '../payment-intents/transition-payment-intent.js'
import { CHALLENGE_FAILED } from '../payment-methods/test-cards.js'
import { settleAsyncCheckout } from '../checkout-sessions/settle-async-checkout.js'
import { followIntent } from './collect-invoice.js'

/** Applies the bank's result of a debit: that of the test account, unless the caller overrides it. */
export function resolveDebit(world: SandboxState, id: string, succeeds?: boolean): Stripe.PaymentIntent | null {
  const intent = world.store.get('payment_intent', id)
  if (intent?.status !== 'processing') return null
  world.due.cancel('payment.settle', id)
  const method = world.store.need('payment_method', idOf(intent.payment_method) ?? '')
  const good = succeeds ?? world.store.get('test_bank', method.id)?.succeeds ?? true
  const completed = good
    ? succeedPaymentIntent(world, id, method)
    : failPaymentIntent(world, id, method, 'debit_not_authorized')
  followIntent(world, id, 'merchant')
  settleAsyncCheckout(world, id, good)
  return completed
}

/** Completes a 3D Secure challenge: a passed one pays, a failed one is a decline. */
export function answerAuthentication(world: SandboxState, id: string, passed: boolean): Stripe.PaymentIntent | null {
  const intent = world.store.get('payment_intent', id)
  if (intent?.status !== 'requires_action') return null
  const method = world.store.need('payment_method', idOf(intent.payment_method) ?? '')
  const completed = passed
    ? succeedPaymentIntent(world, id, method)
    : failPaymentIntent(world, id, method, 'authentication_required', CHALLENGE_FAILED)
  followIntent(world, id)
  return completed
}
