import type { Pool } from 'pg'
import { RateLimiterPostgres } from 'rate-limiter-flexible'

/** A rate's amount is for a minute, which begins with the first call of it. */
export const RATE_WINDOW_SECONDS = 60

/** What the library refuses by itself. Limits belong to plans and change at any moment, so that the caller compares. */
const NEVER_REACHED = Number.MAX_SAFE_INTEGER

const limiters = new WeakMap<Pool, RateLimiterPostgres>()

/** The one counter of a pool, on our own table. Nothing is remembered in memory: several processes share what was taken. */
export function rateLimiterOn(pool: Pool): RateLimiterPostgres {
  let limiter = limiters.get(pool)
  if (!limiter) {
    limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_count',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: 'rate',
      points: NEVER_REACHED,
      duration: RATE_WINDOW_SECONDS,
    })
    limiters.set(pool, limiter)
  }
  return limiter
}
