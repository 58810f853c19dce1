import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import type { PriceDefinition } from '#services/catalog/definition/types.js'
import {
  chargesOverage,
  rollsOver,
  type CatalogPackage,
  type CatalogPlan,
  type CatalogPrice,
  type CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'

/** A catalog of `catalogs/` in memory, as a server that has just loaded it holds it; ids are made of codes. */
export function shippedCatalog(name: string): CatalogSnapshot {
  const definition = readCatalogFile(name)
  const features = new Map(definition.features.map((feature) => [feature.code, feature]))
  const plans = definition.plans.map(({ features: granted, ...plan }): CatalogPlan => ({
    ...plan,
    __typename: 'Plan',
    ...idsOf('pln', plan.code),
    prices: plan.prices.map((price) => toPrice(plan.code, price)),
    versionPrices: plan.prices.map((price) => toPrice(plan.code, price)),
    overageThreshold: plan.overageThreshold ?? null,
    features: granted.map((it) => ({ ...it, feature: features.get(it.feature)! })),
  }))
  const packages = definition.packages.map(({ grants, ...sold }): CatalogPackage => ({
    ...sold,
    __typename: 'Package',
    ...idsOf('pkg', sold.code),
    prices: sold.prices.map((price) => toPrice(sold.code, price)),
    grants: grants.map((it) => ({ ...it, feature: features.get(it.feature)! })),
  }))
  const prices = [...plans, ...packages].flatMap((sold) => sold.prices)
  return {
    ...definition,
    hasOverage: plans.some(chargesOverage),
    hasRollover: plans.some(rollsOver),
    features,
    rateCards: new Map(definition.rateCards.map((card) => [card.feature, card])),
    plans,
    planById: new Map(plans.map((plan) => [plan.id, plan])),
    planByCode: new Map(plans.map((plan) => [plan.code, plan])),
    planByVersionId: new Map(plans.map((plan) => [plan.versionId, plan])),
    packages,
    packageById: new Map(packages.map((sold) => [sold.id, sold])),
    packageByCode: new Map(packages.map((sold) => [sold.code, sold])),
    packageByVersionId: new Map(packages.map((sold) => [sold.versionId, sold])),
    priceById: new Map(prices.map((price) => [price.id, price])),
    products: [],
    productById: new Map(),
    productByTemplateId: new Map(),
    pricesByProductId: new Map(),
  }
}

const idsOf = (prefix: 'pln' | 'pkg', code: string) => ({
  id: `${prefix}_${code}`,
  versionId: `${prefix === 'pln' ? 'plv' : 'pkv'}_${code}`,
  productId: `prd_${code}`,
  version: 1,
  active: true,
})

const toPrice = (code: string, price: PriceDefinition): CatalogPrice => ({
  id: `prc_${code}_${price.interval}_${price.currency}`,
  productId: `prd_${code}`,
  money: { amountMinor: price.amountMinor, currency: price.currency },
  amountMinor: price.amountMinor,
  currency: price.currency,
  interval: price.interval,
  trialDays: price.trialDays ?? 0,
  per: price.per,
  active: true,
})
