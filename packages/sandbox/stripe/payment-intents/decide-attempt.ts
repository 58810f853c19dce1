import type Stripe from 'stripe'
import { takePlannedFailure } from '../payment-methods/planned-failure.js'
import { findTestCard, type TestCard } from '../payment-methods/test-cards.js'
import type { SandboxState } from '#sandbox-state.js'

/** Whether the payer is present and can complete a challenge. */
export type Presence = 'on_session' | 'off_session'

/** Result of charging a payment method now. */
export type AttemptOutcome =
  | { kind: 'succeeds' }
  | { kind: 'declines'; declineCode: string }
  | { kind: 'asks_for_authentication' }
  | { kind: 'takes_days' }

/** Decides an attempt: planned failures first, then the behavior of the test card or bank account. */
export function decideAttempt(
  world: SandboxState,
  customer: string | null,
  method: Stripe.PaymentMethod,
  presence: Presence,
): AttemptOutcome {
  const planned = takePlannedFailure(world, customer)
  if (planned !== null) return { kind: 'declines', declineCode: planned }
  if (world.store.get('test_bank', method.id) !== undefined) return { kind: 'takes_days' }
  const card = cardOf(world, method.id)
  switch (presence === 'on_session' ? card?.atCheckout : card?.later) {
    case 'declined':
      return { kind: 'declines', declineCode: card?.declineCode ?? 'generic_decline' }
    case 'challenge':
      return { kind: 'asks_for_authentication' }
    default:
      return { kind: 'succeeds' }
  }
}

/** The test card behind a payment method, or undefined for a bank account. */
export function cardOf(world: SandboxState, method: string): TestCard | undefined {
  return findTestCard(world.store.get('test_card', method)?.number ?? '')
}
