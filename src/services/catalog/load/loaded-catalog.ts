import type { PriceRow } from '#entities/catalog/price.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { PlanDefinition } from '../definition/types.js'
import type { LoadedCatalog, LoadedPackage, LoadedPlan, LoadedPrice } from '../versions/catalog-change.js'

/** The loaded catalog of the tables, in the form in which changes are decided. */
export async function loadedCatalog(database: Sql, business: string): Promise<LoadedCatalog> {
  const rows = await database.query
    .selectFrom('price')
    .selectAll()
    // The price of one account is not of the catalog, even if a catalog has its amount.
    .where('negotiated', '=', false)
    .orderBy('id')
    .execute()
  const prices = Map.groupBy(rows, (price) => price.productId)
  const pricesOf = (productId: string) => (prices.get(productId) ?? []).map(toLoadedPrice)
  return { business, plans: await loadedPlans(database, pricesOf), packages: await loadedPackages(database, pricesOf) }
}

type PricesOf = (productId: string) => LoadedPrice[]

async function loadedPlans(database: Sql, pricesOf: PricesOf): Promise<LoadedPlan[]> {
  const plans = await database.query.selectFrom('plan').selectAll().orderBy('id').execute()
  const versions = await database.query.selectFrom('plan_version').selectAll().orderBy('version').execute()
  return plans.map((plan) => {
    const latest = versions.filter((version) => version.planId === plan.id).at(-1)!
    const terms = latest.terms as unknown as PlanDefinition
    return {
      code: plan.code,
      name: terms.name,
      description: terms.description,
      bullets: terms.bullets,
      active: plan.active,
      version: latest.version,
      fingerprint: latest.fingerprint,
      prices: pricesOf(plan.productId),
    }
  })
}

async function loadedPackages(database: Sql, pricesOf: PricesOf): Promise<LoadedPackage[]> {
  const packages = await database.query.selectFrom('package').selectAll().orderBy('id').execute()
  return packages.map(({ code, active, fingerprint, productId }) => ({
    code,
    active,
    fingerprint,
    prices: pricesOf(productId),
  }))
}

const toLoadedPrice = ({ id, interval, currency, amountMinor, trialDays, per, active }: PriceRow): LoadedPrice => ({
  id,
  interval,
  currency,
  amountMinor,
  trialDays: trialDays || null,
  per,
  active,
})
