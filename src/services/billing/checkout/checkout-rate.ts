import { remedy, type RateLimited } from '../../kernel/denials/denial.js'
import { rateLimiterOn } from '../../entitlements/rates/rate-limiter.js'
import type { BillingContext } from '../billing-context.js'

/** New checkouts of one account in a minute of machine time: more than people click, less than a script that probes. */
export const CHECKOUTS_PER_MINUTE = 30

/** Takes from an account's rate of checkouts; null when there was room. A repeated key takes nothing: it never comes here. */
export async function takeCheckoutRate(context: BillingContext, accountId: string): Promise<RateLimited | null> {
  const { consumedPoints, msBeforeNext } = await rateLimiterOn(context.database.pool).consume(`checkout:${accountId}`)
  if (consumedPoints <= CHECKOUTS_PER_MINUTE) return null
  const retryAfterMs = Math.max(1, msBeforeNext)
  return {
    __typename: 'RateLimited',
    code: 'RATE_LIMITED',
    message: `An account starts at most ${CHECKOUTS_PER_MINUTE} checkouts a minute. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    remedies: [remedy('WAIT', 'Try again', { at: new Date(Date.now() + retryAfterMs) })],
    retryAfterMs,
  }
}
