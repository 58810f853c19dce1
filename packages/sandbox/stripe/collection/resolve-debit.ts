import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { failPaymentIntent, succeedPaymentIntent } from '../payment-intents/transition-payment-intent.js'
import { settleAsyncCheckout } from '../checkout-sessions/settle-async-checkout.js'
import { followIntent } from './collect-invoice.js'

/** The bank says what became of a debit: as the test account is made, unless somebody says how it shall end. */
export function resolveDebit(world: SandboxState, id: string, succeeds?: boolean): Stripe.PaymentIntent | null {
  const intent = world.store.get('payment_intent', id)
  if (intent?.status !== 'processing') return null
  world.due.cancel('payment.settle', id)
  const method = world.store.need('payment_method', idOf(intent.payment_method) ?? '')
  const good = succeeds ?? world.store.get('test_bank', method.id)?.succeeds ?? true
  const completed = good
    ? succeedPaymentIntent(world, id, method)
    : failPaymentIntent(world, id, method, 'debit_not_authorized')
  followIntent(world, id)
  settleAsyncCheckout(world, id, good)
  return completed
}

/** The answer to a 3D Secure challenge: passed it pays, failed it is a decline. */
export function answerAuthentication(world: SandboxState, id: string, passed: boolean): Stripe.PaymentIntent | null {
  const intent = world.store.get('payment_intent', id)
  if (intent?.status !== 'requires_action') return null
  const method = world.store.need('payment_method', idOf(intent.payment_method) ?? '')
  const completed = passed
    ? succeedPaymentIntent(world, id, method)
    : failPaymentIntent(world, id, method, 'authentication_required')
  followIntent(world, id)
  return completed
}
