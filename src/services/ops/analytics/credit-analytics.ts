import { requireOperator } from '#services/identity/guard/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogPackage, CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { defaultPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isUsageEntry } from '#services/entitlements/usage/usage-entry.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { PLAN_OF_ENTRY } from './aggregate-ledger.js'
import { salesIn } from './sales.js'
import { dateRangeOf, dateRangeParameters, type DateRange } from './date-range.js'

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
  const plans = { group: catalog.defaultGroup, fallback: defaultPlan(catalog, catalog.defaultGroup).code }
  const [sales, terms, usage] = await Promise.all([
    salesIn(database, range),
    termsIn(database, ended),
    usageIn(database, range, plans),
  ])
  const purchased = new Map<string, number>()
  for (const { productId, purchases } of sales) purchased.set(productId, (purchased.get(productId) ?? 0) + purchases)
  return {
    popularPacks: catalog.packages
      .filter((sold) => sold.type === 'CREDIT_PACK' && (purchased.get(sold.productId) ?? 0) > 0)
      .map((sold) => ({ sold, purchases: purchased.get(sold.productId)! }))
      .sort((left, right) => right.purchases - left.purchases || left.sold.code.localeCompare(right.sold.code)),
    expiryRate: terms.granted > 0 ? terms.expired / terms.granted : 0,
    ...terms,
    usageByPlan: usage.flatMap(({ planCode, feature, used }) => {
      const [plan, defined] = [catalog.planByCode.get(planCode), catalog.features.get(feature)]
      return plan && defined ? [{ plan, feature: defined, used }] : []
    }),
  }
}

interface Terms {
  readonly granted: number
  readonly expired: number
}

/** Credits that reached their expiry in the range: the number without revoked ones, and the unused part. */
const termsIn = async (sql: Sql, range: DateRange): Promise<Terms> =>
  (await sql.row<Terms>(
    `select coalesce(sum(granted), 0)::bigint as granted, coalesce(sum(expired), 0)::bigint as expired from (
       select granted, expired from credit_daily where day >= $1::date and day < $2::date
       union all
       select g.amount - g.revoked, g.expired from unnest($3::timestamptz[], $4::timestamptz[]) as edge (begins, ends)
         join credit_grant g on g.expires_at >= edge.begins and g.expires_at < edge.ends) part`,
    dateRangeParameters(range),
  ))!

interface UsageRow {
  readonly planCode: string
  readonly feature: string
  readonly used: number
}

const usageIn = (
  sql: Sql,
  range: DateRange,
  plans: { readonly group: string; readonly fallback: string },
): Promise<UsageRow[]> =>
  sql.rows<UsageRow>(
    `select plan_code, feature, sum(used)::bigint as used from (
       select plan_code, feature, used from usage_daily where day >= $1::date and day < $2::date
       union all
       select ${PLAN_OF_ENTRY('$5', '$6')}, l.feature, -l.amount from unnest($3::timestamptz[], $4::timestamptz[]) as edge (begins, ends)
         join ledger_entry l on l.at >= edge.begins and l.at < edge.ends where ${isUsageEntry('l')}) part
     group by plan_code, feature order by feature, used desc, plan_code`,
    [...dateRangeParameters(range), plans.group, plans.fallback],
  )
