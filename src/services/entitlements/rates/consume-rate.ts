import { numberText } from '#services/kernel/text/readable.js'
import type { FeatureDefinition, RatePeriod } from '#services/catalog/definition/types.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { remedy, type RateLimited } from '#services/kernel/denials/denial.js'
import { upgradeRemedies } from '../model/plan-remedies.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import { periodName } from '../model/period-name.js'
import { mainPlan, type AccountSnapshot } from '../model/account-snapshot.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { RATE_SECONDS, rateLimiterOn } from './rate-limiter.js'

/** Remaining time below which denied points are not returned: the period ends before the next call. */
const LAST_MOMENT_MS = 1_000

export interface RateRequest {
  readonly accountId: string
  /** A feature of kind RATE, as `restart_rate`. A catalog that has no such feature does not limit it. */
  readonly feature: string
  /** Counter within the feature, for example `<deployment>:<app>:<command>`. */
  readonly key: string
  /** Number of calls that are counted. Default: 1. */
  readonly points?: number
}

/**
 * Consumes points of a rate of the account's plan. Null if within the limit, otherwise a denial with the wait. The
 * limit is read from the current snapshot, so that a plan change applies to the next call. A denied call consumes
 * nothing. Must be called before the transaction of the effect: a call that fails afterwards still counts.
 */
export async function consumeRate(context: CatalogContext, request: RateRequest): Promise<RateLimited | null> {
  const catalog = context.catalog.current()
  const feature = catalog.features.get(request.feature)
  if (!feature) return null
  if (feature.kind !== 'RATE') throw new Error(`${feature.code} is not a rate`)
  const snapshot = await loadSnapshot(context.database, catalog, request.accountId, context.clock.now())
  if (!snapshot) throw new AppError('NOT_FOUND', 'Account not found.')
  const { limit, unlimited } = evaluateFeature(catalog, snapshot, feature)
  if (unlimited) return null
  const exceeded = await take(context, request, limit ?? 0, feature.ratePeriod ?? 'MINUTE')
  return (
    exceeded &&
    rateLimited(catalog, snapshot, {
      feature,
      limit: limit ?? 0,
      ...exceeded,
      at: new Date(context.timers.now() + exceeded.waitMs),
    })
  )
}

/** Null if consumed. */
async function take(
  context: CatalogContext,
  request: RateRequest,
  limit: number,
  period: RatePeriod,
): Promise<Pick<RateExceeded, 'waitMs' | 'used' | 'requested'> | null> {
  const limiter = rateLimiterOn(context.database.pool, period)
  const key = [request.accountId, request.feature, request.key].join(':')
  const points = request.points ?? 1
  const { consumedPoints, msBeforeNext } = await limiter.consume(key, points)
  if (consumedPoints <= limit) return null
  if (msBeforeNext > LAST_MOMENT_MS) await limiter.reward(key, points)
  const waitMs = Math.max(1, Math.min(msBeforeNext, RATE_SECONDS[period] * 1000))
  return { waitMs, used: consumedPoints - points, requested: points }
}

interface RateExceeded {
  readonly feature: FeatureDefinition
  readonly limit: number
  readonly used: number
  readonly requested: number
  /** Until the end of the period. */
  readonly waitMs: number
  readonly at: Date
}

function rateLimited(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  { feature, limit, used, requested, waitMs, at }: RateExceeded,
): RateLimited {
  const more = upgradeRemedies(catalog, snapshot, (plan) =>
    plan.features.some(
      (granted) => granted.feature.code === feature.code && (granted.unlimited || (granted.amount ?? 0) > limit),
    ),
  )
  const period = periodName(feature)
  const seconds = Math.ceil(waitMs / 1000)
  return {
    __typename: 'RateLimited',
    code: 'RATE_LIMITED',
    message: `${feature.name}: plan ${mainPlan(snapshot).plan.name} allows ${numberText(limit)} per ${period}. Try again in ${seconds} s.`,
    remedies: [...(limit > 0 ? [remedy('WAIT', `Wait until the next ${period}`, { at })] : []), ...more],
    quantity: {
      feature: feature.code,
      currency: null,
      limit,
      used,
      requested,
      remaining: Math.max(0, limit - used),
      resetsAt: at,
    },
    retryAfterMs: waitMs,
  }
}
