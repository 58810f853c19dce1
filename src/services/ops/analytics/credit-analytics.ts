import { requireOperator } from '#services/identity/model/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogPackage, CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { defaultPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { sumExpiredCredits, sumUsageByPlan } from './analytics.sql.js'
import { salesOf } from './sales.js'
import { dateRangeOf, splitDateRangeParameters } from './split-date-range.js'

/** Purchases and usage of credits. */
export interface CreditAnalytics {
  /** Credit packs by how often they were bought, in any currency. */
  readonly popularPacks: readonly { readonly sold: CatalogPackage; readonly purchases: number }[]
  /** Share of the credits that reached their expiry unused. 0 if none reached it. */
  readonly expiryRate: number
  readonly granted: number
  readonly expired: number
  /** Units that were used, by the plan that the account had then. */
  readonly usageByPlan: readonly {
    readonly plan: CatalogPlan
    readonly feature: FeatureDefinition
    readonly used: number
  }[]
}

/** Purchases and usage of credits in a range. Operators only. */
export async function creditAnalytics(
  context: CatalogContext,
  requested: { readonly from?: Date | null; readonly to?: Date | null },
): Promise<CreditAnalytics> {
  requireOperator(context, 'ops:read')
  const { database } = context
  const catalog = context.catalog.current()
  const now = context.clock.now()
  const range = dateRangeOf(requested, now)
  // Credits that have not expired yet are excluded.
  const ended = { from: range.from < now ? range.from : now, to: range.to < now ? range.to : now }
  const packs = catalog.packages.filter(({ type }) => type === 'CREDIT_PACK')
  const plans = { group: catalog.defaultGroup, fallback: defaultPlan(catalog, catalog.defaultGroup).code }
  const [sales, expired, usage] = await Promise.all([
    salesOf(
      database,
      range,
      packs.map(({ productId }) => productId),
    ),
    database.row(sumExpiredCredits, splitDateRangeParameters(ended)),
    database.rows(sumUsageByPlan, { ...splitDateRangeParameters(range), ...plans }),
  ])
  const purchased = new Map<string, number>()
  for (const { productId, purchases } of sales) purchased.set(productId, (purchased.get(productId) ?? 0) + purchases)
  return {
    popularPacks: packs
      .filter((sold) => (purchased.get(sold.productId) ?? 0) > 0)
      .map((sold) => ({ sold, purchases: purchased.get(sold.productId)! }))
      .sort((left, right) => right.purchases - left.purchases || left.sold.code.localeCompare(right.sold.code)),
    expiryRate: expired!.granted > 0 ? expired!.expired / expired!.granted : 0,
    ...expired!,
    usageByPlan: usage.flatMap(({ planCode, feature, used }) => {
      const [plan, defined] = [catalog.planByCode.get(planCode), catalog.features.get(feature)]
      return plan && defined ? [{ plan, feature: defined, used }] : []
    }),
  }
}

/** Credits that reached their expiry: their number without revoked ones, and the unused part. */
export interface ExpiredCredits {
  readonly granted: number
  readonly expired: number
}

/** Usage of a feature by accounts with a plan. */
export interface PlanUsage {
  readonly planCode: string
  readonly feature: string
  readonly used: number
}
