import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { invalid, missing } from '../api/stripe-error.js'
import { resolvePaymentMethod } from '../payment-methods/attach.js'

/** Permission of a buyer to charge a payment method: up to an amount, in a currency, until a time. One payment uses it up. */
export interface GrantedToken {
  id: string
  object: 'shared_payment.granted_token'
  created: number
  deactivated_at: number | null
  deactivated_reason: 'consumed' | 'expired' | 'revoked' | null
  livemode: boolean
  payment_method_details: { type: string; card: Stripe.PaymentMethod['card'] | null }
  shared_metadata: Record<string, string>
  usage_details: { amount_captured: { currency: string; value: number } | null }
  usage_limits: UsageLimits
}

export interface UsageLimits {
  currency: string
  expires_at: number
  max_amount: number
}

/** Creates a token for a payment method. The sandbox keeps the name of the method, of which each payment makes a new one. */
export function createGrantedToken(
  world: SandboxState,
  input: { payment_method: string; usage_limits: UsageLimits; shared_metadata: Record<string, string> },
): GrantedToken {
  const { type, card = null } = resolvePaymentMethod(world, input.payment_method)
  const token = world.store.put('granted_token', {
    id: world.ids.next('spt'),
    object: 'shared_payment.granted_token',
    created: world.clock.seconds,
    deactivated_at: null,
    deactivated_reason: null,
    livemode: false,
    payment_method_details: { type, card },
    shared_metadata: input.shared_metadata,
    usage_details: { amount_captured: null },
    usage_limits: input.usage_limits,
  })
  world.store.put('granted_method', { id: token.id, method: input.payment_method })
  return token
}

export const chargedMethod = (world: SandboxState, { id }: GrantedToken): Stripe.PaymentMethod =>
  resolvePaymentMethod(world, world.store.need('granted_method', id).method)

/** The token of a payment. Throws Stripe's error if it does not allow the payment. */
export function spendableToken(
  world: SandboxState,
  id: string,
  { amount, currency }: { amount: number; currency: string },
): GrantedToken {
  const token = requireToken(world, id)
  const { usage_limits: limits } = token
  const refuse = (reason: string) =>
    invalid(`The shared payment granted token ${id} ${reason}.`, 'shared_payment_granted_token')
  if (token.deactivated_reason !== null) throw refuse(`is deactivated: ${token.deactivated_reason}`)
  // Its time is that of the buyer, who does not know the clock of the sandbox.
  if (limits.expires_at * 1000 <= Date.now()) throw refuse('has expired')
  if (limits.currency !== currency) throw refuse(`allows payments in ${limits.currency}`)
  if (limits.max_amount < amount) throw refuse(`allows at most ${limits.max_amount}`)
  return token
}

export function requireToken(world: SandboxState, id: string): GrantedToken {
  const token = world.store.get('granted_token', id)
  if (token === undefined) throw missing('shared_payment_granted_token', id, 'shared_payment_granted_token')
  return token
}

/** Deactivates a token. */
export const endToken = (
  world: SandboxState,
  token: GrantedToken,
  reason: NonNullable<GrantedToken['deactivated_reason']>,
  captured: GrantedToken['usage_details']['amount_captured'] = null,
): GrantedToken =>
  world.store.put('granted_token', {
    ...token,
    deactivated_at: world.clock.seconds,
    deactivated_reason: reason,
    usage_details: { amount_captured: captured },
  })

/** Uses up a token by a payment. */
export const spendToken = (world: SandboxState, token: GrantedToken, value: number): GrantedToken =>
  endToken(world, token, 'consumed', { currency: token.usage_limits.currency, value })
