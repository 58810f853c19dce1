import type { Pool } from 'pg'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import type { Context } from '#services/kernel/context/context.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { RatePeriod } from '#services/catalog/definition/types.js'
import { deletePastRates } from './rates.sql.js'

/** Seconds of the period that a rate's amount is for. A period begins with its first call. */
export const RATE_SECONDS = { MINUTE: 60, HOUR: 3_600 } as const satisfies Record<RatePeriod, number>

/** Limit of the library itself. Limits depend on plans and can change at any time, so the caller compares. */
const NEVER_REACHED = Number.MAX_SAFE_INTEGER

const limiters = new WeakMap<Pool, Map<RatePeriod, RateLimiterPostgres>>()

/**
 * The rate counter of a pool, in our own table. Nothing is cached in memory, because several processes share the
 * counts.
 */
export function rateLimiterOn(pool: Pool, period: RatePeriod = 'MINUTE'): RateLimiterPostgres {
  const known = limiters.get(pool) ?? new Map<RatePeriod, RateLimiterPostgres>()
  limiters.set(pool, known)
  let limiter = known.get(period)
  if (!limiter) {
    limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limit_counter',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: period === 'MINUTE' ? 'rate' : 'hourly-rate',
      points: NEVER_REACHED,
      duration: RATE_SECONDS[period],
    })
    known.set(period, limiter)
  }
  return limiter
}

/** Deletes past periods. They no longer count; this keeps the table small. */
export const startRateSweeper = (context: Context): BackgroundJob =>
  runPeriodically(context, 60_000, 'rates', () => context.database.run(deletePastRates))
