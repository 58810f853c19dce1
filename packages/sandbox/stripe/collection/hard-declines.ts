import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'

/** Decline codes after which Stripe makes no retry until there is another payment method. */
export const HARD_DECLINES: ReadonlySet<string> = new Set([
  'authentication_required',
  'highest_risk_level',
  'incorrect_number',
  'lost_card',
  'pickup_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stolen_card',
  'transaction_not_allowed',
])

/** True if the last attempt of a payment intent was a hard decline of the same payment method. */
export function isHardDeclined(world: SandboxState, intent: string, method: Stripe.PaymentMethod): boolean {
  const error = world.store.get('payment_intent', intent)?.last_payment_error
  return error?.payment_method?.id === method.id && HARD_DECLINES.has(error.decline_code ?? '')
}
