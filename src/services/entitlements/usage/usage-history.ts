import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { readEntitlements } from '../snapshot/visible-entitlements.js'
import { usagePerDay } from './usage.sql.js'

/** Units used on one day (UTC). */
export interface UsagePoint {
  readonly from: Date
  readonly to: Date
  readonly amount: number
}

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 30
const MAX_DAYS = 366

/**
 * The use of a quota or of credits, day by day. Empty for a feature that is not used up, and for callers that cannot see
 * the entitlements. At most 366 days, by default the last 30.
 */
export async function usageHistory(
  context: CatalogContext,
  request: { accountId: string; feature: string; from?: Date | null; to?: Date | null },
): Promise<UsagePoint[]> {
  return (await readEntitlements(context, request.accountId, () => readUsage(context, request))) ?? []
}

async function readUsage(
  context: CatalogContext,
  request: { accountId: string; feature: string; from?: Date | null; to?: Date | null },
): Promise<UsagePoint[]> {
  const feature = context.catalog.current().features.get(request.feature)
  if (!feature || (feature.kind !== 'QUOTA' && feature.kind !== 'CREDIT')) return []
  const to = dayOf(request.to ?? context.clock.now())
  const from = dayOf(request.from ?? new Date(to.getTime() - (DEFAULT_DAYS - 1) * DAY_MS))
  const days = (to.getTime() - from.getTime()) / DAY_MS + 1
  if (days < 1 || days > MAX_DAYS)
    throw new AppError('BAD_USER_INPUT', `from lies at most ${MAX_DAYS} days before to, and not after it.`, {
      details: { field: 'from' },
    })
  return context.database.rows(usagePerDay, { accountId: request.accountId, feature: feature.code, from, to })
}

const dayOf = (moment: Date): Date => new Date(Math.floor(moment.getTime() / DAY_MS) * DAY_MS)
