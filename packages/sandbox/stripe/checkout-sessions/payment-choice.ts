import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { keepBankAccount, keepCard } from '../payment-methods/payment-method.object.js'
import type { TestCard } from '../payment-methods/test-cards.js'

/** Payment method chosen on the hosted page. Nothing if no amount is due and no card is required. */
export type PaymentChoice = { kind: 'card'; card: TestCard } | { kind: 'bank'; succeeds: boolean } | { kind: 'nothing' }

/** The payer, as entered on the page. */
export interface Payer {
  name: string | null
  email: string | null
}

/** Stores the chosen payment method. Null if none was chosen. */
export function savePaymentMethod(
  world: SandboxState,
  means: PaymentChoice,
  payer: Payer,
): Stripe.PaymentMethod | null {
  const owner = { ...payer, customer: null }
  if (means.kind === 'nothing') return null
  const method =
    means.kind === 'card' ? keepCard(world, means.card, owner) : keepBankAccount(world, means.succeeds, owner)
  return world.store.put('payment_method', { ...method, allow_redisplay: 'limited' })
}

/** True if a session requires a payment method. */
export function asksForMethod(session: Stripe.Checkout.Session): boolean {
  return session.payment_method_collection !== 'if_required' || (session.amount_total ?? 0) > 0
}
