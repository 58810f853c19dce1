import type { EntityManager, InferEntity } from '@mikro-orm/postgresql'
import { PackageSchema } from '#entities/catalog/package.entity.js'
import { PlanVersionSchema } from '#entities/catalog/plan-version.entity.js'
import { PlanSchema } from '#entities/catalog/plan.entity.js'
import { PriceSchema } from '#entities/catalog/price.entity.js'
import type { PlanDefinition } from '../definition/types.js'
import type { LoadedCatalog, LoadedPackage, LoadedPlan, LoadedPrice } from '../versions/catalog-change.js'

/** The loaded catalog of the tables, in the form in which changes are decided. */
export async function loadedCatalog(em: EntityManager, business: string): Promise<LoadedCatalog> {
  const prices = Map.groupBy(await em.find(PriceSchema, {}), (price) => price.productId)
  const pricesOf = (productId: unknown) => (prices.get(productId as string) ?? []).map(toLoadedPrice)
  return { business, plans: await loadedPlans(em, pricesOf), packages: await loadedPackages(em, pricesOf) }
}

type PricesOf = (productId: unknown) => LoadedPrice[]

async function loadedPlans(em: EntityManager, pricesOf: PricesOf): Promise<LoadedPlan[]> {
  const plans = await em.find(PlanSchema, {}, { orderBy: { id: 'asc' } })
  const versions = await em.find(PlanVersionSchema, {}, { orderBy: { version: 'asc' } })
  return plans.map((plan) => {
    const latest = versions.filter((version) => version.planId === plan.id).at(-1)!
    const terms = latest.terms as unknown as PlanDefinition
    return {
      code: plan.code,
      name: terms.name,
      description: terms.description,
      bullets: terms.bullets,
      active: plan.active ?? true,
      version: latest.version,
      fingerprint: latest.fingerprint,
      prices: pricesOf(plan.productId),
    }
  })
}

async function loadedPackages(em: EntityManager, pricesOf: PricesOf): Promise<LoadedPackage[]> {
  const packages = await em.find(PackageSchema, {}, { orderBy: { id: 'asc' } })
  return packages.map(({ code, active, fingerprint, productId }) => ({
    code,
    active: active ?? true,
    fingerprint,
    prices: pricesOf(productId),
  }))
}

const toLoadedPrice = (price: InferEntity<typeof PriceSchema>): LoadedPrice => ({
  id: price.id,
  interval: price.interval,
  currency: price.currency,
  amountMinor: price.amountMinor,
  trialDays: price.trialDays || null,
  per: price.per ?? null,
  active: price.active ?? true,
})
