import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { requireEntitlements } from '../model/visible-entitlements.js'
import { usagePerDay } from '../model/usage.sql.js'

/** Units used on one day (UTC). */
export interface UsagePoint {
  readonly from: Date
  readonly to: Date
  readonly amount: number
}

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 30
const MAX_DAYS = 366

/** Usage of one feature. */
export interface UsageSeries {
  readonly feature: FeatureDefinition
  readonly points: readonly UsagePoint[]
}

export interface UsageRequest {
  readonly accountId: string
  /** Codes of features. Null: every quota and credit feature. */
  readonly features?: readonly string[] | null
  readonly from?: Date | null
  readonly to?: Date | null
}

/**
 * Use of quotas and credits, day by day, in one statement. Without features that are not used up. Requires permission to
 * read the entitlements. At most 366 days, by default the last 30.
 */
export async function usageHistory(context: CatalogContext, request: UsageRequest): Promise<UsageSeries[]> {
  return requireEntitlements(context, request.accountId, () => readUsage(context, request))
}

async function readUsage(context: CatalogContext, request: UsageRequest): Promise<UsageSeries[]> {
  const used = [...context.catalog.current().features.values()].filter(
    ({ kind, code }) => (kind === 'QUOTA' || kind === 'CREDIT') && (request.features?.includes(code) ?? true),
  )
  const to = dayOf(request.to ?? context.clock.now())
  const from = dayOf(request.from ?? new Date(to.getTime() - (DEFAULT_DAYS - 1) * DAY_MS))
  const days = (to.getTime() - from.getTime()) / DAY_MS + 1
  if (days < 1 || days > MAX_DAYS)
    throw new AppError('BAD_USER_INPUT', `from lies at most ${MAX_DAYS} days before to, and not after it.`, {
      details: { field: 'from' },
    })
  if (used.length === 0) return []
  const rows = await context.database.rows(usagePerDay, {
    accountId: request.accountId,
    features: used.map(({ code }) => code),
    from,
    to,
  })
  const points = Map.groupBy(rows, ({ feature }) => feature)
  return used.map((feature) => ({ feature, points: points.get(feature.code) ?? [] }))
}

const dayOf = (moment: Date): Date => new Date(Math.floor(moment.getTime() / DAY_MS) * DAY_MS)
