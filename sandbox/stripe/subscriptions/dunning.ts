import type Stripe from 'stripe'
import { days } from '../../time/periods.js'
import type { World } from '../../world.js'

/** Days after the first failure on which a payment is tried again. */
const RETRY_DAYS = [3, 7, 14]

/**
 * When a failed invoice is tried again (seconds): counted from the first attempt, made when the invoice became final, and
 * never sooner than a day from now.
 */
export function nextRetry(world: World, invoice: Stripe.Invoice): number | null {
  const wait = RETRY_DAYS[invoice.attempt_count]
  if (wait === undefined) return null
  const planned = (invoice.status_transitions.finalized_at ?? invoice.created) + days(wait)
  return Math.max(planned, world.clock.seconds + days(1))
}
