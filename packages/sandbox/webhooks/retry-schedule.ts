import type { Delivery } from '../state/records.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Business time between Stripe's attempts; together a little less than 3 days. */
const STRIPE = [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR]

/** PayPal tries 25 times in 3 days; by which steps is not documented. */
const PAYPAL = [
  ...[2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3].map((hours) => hours * HOUR),
  ...Array.from({ length: 16 }, () => 4 * HOUR),
]

/** Business time from an attempt to the next one. Undefined if it was the last. */
export function retryDelay(delivery: Delivery, step: number): number | undefined {
  return (delivery.provider === 'paypal' ? PAYPAL : STRIPE)[step]
}
