import type { Pool } from 'pg'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import type { Context } from '#services/kernel/context/context.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import { deletePastRates } from './rates.sql.js'

/** A rate's amount is for a minute, which begins with the first call of it. */
export const RATE_WINDOW_SECONDS = 60

/** Limit of the library itself. Limits depend on plans and can change at any time, so the caller compares. */
const NEVER_REACHED = Number.MAX_SAFE_INTEGER

const limiters = new WeakMap<Pool, RateLimiterPostgres>()

/**
 * The rate counter of a pool, in our own table. Nothing is cached in memory, because several processes share the
 * counts.
 */
export function rateLimiterOn(pool: Pool): RateLimiterPostgres {
  let limiter = limiters.get(pool)
  if (!limiter) {
    limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limit_counter',
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

/** Deletes past minutes. They no longer count; this keeps the table small. */
export const startRateSweeper = (context: Context): BackgroundJob =>
  runPeriodically(context, 60_000, 'rates', () => context.database.run(deletePastRates))
