import { remedy, type RateLimited } from '../../kernel/denials/denial.js'
import { rateLimiterOn } from '../../entitlements/rates/rate-limiter.js'
import type { BillingContext } from '../billing-context.js'

/** New checkouts of one account in a minute of machine time: more than people click, less than a script that probes. */
export const CHECKOUTS_PER_MINUTE = 30

/** Takes from an account's rate of checkouts; null when there was room. A repeated key takes nothing: it never comes here. */
export const consumeCheckoutRate = (context: BillingContext, accountId: string): Promise<RateLimited | null> =>
  takeRate(
    context,
    `checkout:${accountId}`,
    CHECKOUTS_PER_MINUTE,
    `Too many checkouts: at most ${CHECKOUTS_PER_MINUTE} per account and minute.`,
  )

/** New changes of one account's subscription, and portal pages opened for it, in a minute of machine time. */
export const CHANGES_PER_MINUTE = 30

/** Takes from an account's rate of changes; null when there was room. A repeated key takes nothing. */
export const consumeChangeRate = (context: BillingContext, accountId: string): Promise<RateLimited | null> =>
  takeRate(
    context,
    `change:${accountId}`,
    CHANGES_PER_MINUTE,
    `Too many subscription changes: at most ${CHANGES_PER_MINUTE} per account and minute.`,
  )

async function takeRate(
  context: BillingContext,
  key: string,
  most: number,
  reason: string,
): Promise<RateLimited | null> {
  const { consumedPoints, msBeforeNext } = await rateLimiterOn(context.database.pool).consume(key)
  if (consumedPoints <= most) return null
  const retryAfterMs = Math.max(1, msBeforeNext)
  return {
    __typename: 'RateLimited',
    code: 'RATE_LIMITED',
    message: `${reason} Try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    remedies: [remedy('WAIT', 'Try again', { at: new Date(Date.now() + retryAfterMs) })],
    retryAfterMs,
  }
}
