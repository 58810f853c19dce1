import type Stripe from 'stripe'
import { days } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { cancelSubscription } from './cancel-subscription.js'
import { setStatus } from './set-status.js'

/** Status of a subscription after the last attempt: canceled, unpaid or past due. */
export const DUNNING_ENDS = ['cancel', 'unpaid', 'past_due'] as const

/** Handling of failed payments, as a merchant configures it in Stripe's dashboard. */
export interface Dunning {
  /** Days after the first failure on which a payment is tried again. */
  retryDays: number[]
  end: (typeof DUNNING_ENDS)[number]
}

const USUAL: Dunning = { retryDays: [3, 7, 14], end: 'cancel' }

/** The present setting. */
export function dunningOf(world: SandboxState): Dunning {
  const kept = world.store.get('setting', 'dunning')
  return kept === undefined ? USUAL : (JSON.parse(kept.value) as Dunning)
}

/** Changes the setting. Scheduled retries stay unchanged. */
export function keepDunning(world: SandboxState, dunning: Dunning): void {
  world.store.put('setting', { id: 'dunning', value: JSON.stringify(dunning) })
}

/**
 * When a failed invoice is tried again (seconds): counted from the first attempt, made when the invoice became final, and
 * never sooner than a day from now.
 */
export function nextRetry(world: SandboxState, invoice: Stripe.Invoice): number | null {
  const wait = dunningOf(world).retryDays[invoice.attempt_count]
  if (wait === undefined) return null
  const planned = (invoice.status_transitions.finalized_at ?? invoice.created) + days(wait)
  return Math.max(planned, world.clock.seconds + days(1))
}

/** Nothing more is tried for an invoice of this subscription. */
export function endDunning(world: SandboxState, subscription: string): void {
  const { end } = dunningOf(world)
  if (end === 'cancel') cancelSubscription(world, subscription, { reason: 'payment_failed' })
  else setStatus(world, subscription, end)
}
