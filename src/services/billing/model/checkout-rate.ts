import { remedy, type RateLimited } from '#services/kernel/denials/denial.js'
import { rateLimiterOn } from '#services/entitlements/rates/rate-limiter.js'
import type { BillingContext } from './billing-context.js'

/** Checkouts per account and minute (machine clock): more than a user starts, fewer than a probing script. */
export const CHECKOUTS_PER_MINUTE = 30

/**
 * Counts a checkout of an account. Null if within the rate. A repeated key is not counted, because it never gets here.
 */
export const consumeCheckoutRate = (context: BillingContext, accountId: string): Promise<RateLimited | null> =>
  takeRate(
    context,
    `checkout:${accountId}`,
    CHECKOUTS_PER_MINUTE,
    `Too many checkouts: at most ${CHECKOUTS_PER_MINUTE} per account and minute.`,
  )

/** New changes of one account's subscription, and portal pages opened for it, in a minute of machine time. */
export const CHANGES_PER_MINUTE = 30

/** Counts a change of an account. Null if within the rate. A repeated key is not counted. */
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
  maximum: number,
  reason: string,
): Promise<RateLimited | null> {
  const { consumedPoints, msBeforeNext } = await rateLimiterOn(context.database.pool).consume(key)
  if (consumedPoints <= maximum) return null
  const retryAfterMs = Math.max(1, msBeforeNext)
  return {
    __typename: 'RateLimited',
    code: 'RATE_LIMITED',
    message: `${reason} Try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    remedies: [remedy('WAIT', 'Try again', { at: new Date(context.timers.now() + retryAfterMs) })],
    retryAfterMs,
  }
}
