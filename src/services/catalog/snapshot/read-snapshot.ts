import type { PackageVersionRow } from '#entities/catalog/package-version.entity.js'
import type { PackageRow } from '#entities/catalog/package.entity.js'
import type { PlanVersionRow } from '#entities/catalog/plan-version.entity.js'
import type { PlanRow } from '#entities/catalog/plan.entity.js'
import type { PriceRow } from '#entities/catalog/price.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type {
  CatalogDefinition,
  FeatureDefinition,
  PackageDefinition,
  PlanDefinition,
  PlanFeatureDefinition,
} from '../definition/types.js'
import { withPriceLists } from '../prices/applied-prices.js'
import { priceKey } from '../versions/version-fingerprints.js'
import {
  chargesOverage,
  isOfOneAccount,
  rollsOver,
  type CatalogPackage,
  type CatalogPlan,
  type CatalogPlanFeature,
  type CatalogPrice,
  type CatalogSnapshot,
} from './catalog-snapshot.js'

/** Objects that the terms of a plan or package refer to. */
interface Sold {
  readonly prices: readonly CatalogPrice[]
  readonly features: ReadonlyMap<string, FeatureDefinition>
}

/** Reads what is sold into memory: the file's settings, and every version and price that was ever loaded. */
export async function readSnapshot(sql: Sql, definition: CatalogDefinition): Promise<CatalogSnapshot> {
  const products = await sql.query.selectFrom('product').selectAll().orderBy('id').execute()
  const prices = (await sql.query.selectFrom('price').selectAll().orderBy('id').execute()).map(toPrice)
  const features = new Map(definition.features.map((feature) => [feature.code, feature]))
  const plans = await readPlans(sql, { prices, features })
  const {
    categories: _categories,
    vendors: _vendors,
    templates: _templates,
    templateProducts: _products,
    ...settings
  } = definition
  return {
    ...settings,
    features,
    hasOverage: [...plans.planByVersionId.values()].some(chargesOverage),
    hasRollover: [...plans.planByVersionId.values()].some(rollsOver),
    rateCards: new Map((await withPriceLists(sql, definition.rateCards)).map((card) => [card.feature, card])),
    ...plans,
    ...(await readPackages(sql, definition, { prices, features })),
    priceById: new Map(prices.map((price) => [price.id, price])),
    products,
    productByTemplateId: new Map(
      products.flatMap((product) =>
        product.type === 'TEMPLATE' && product.externalId ? [[product.externalId, product]] : [],
      ),
    ),
    pricesByProductId: Map.groupBy(
      prices.filter(({ active }) => active),
      ({ productId }) => productId,
    ),
    productById: new Map(products.map((product) => [product.id, product])),
  }
}

type Plans = Pick<CatalogSnapshot, 'plans' | 'planById' | 'planByCode' | 'planByVersionId'>

async function readPlans(sql: Sql, sold: Sold): Promise<Plans> {
  const rows = await sql.query.selectFrom('plan').selectAll().orderBy('id').execute()
  const versionRows = await sql.query
    .selectFrom('plan_version')
    .selectAll()
    .orderBy('planId')
    .orderBy('version')
    .execute()
  const rowById = new Map(rows.map((row) => [row.id, row]))
  const versions = versionRows.map((version) => toPlan(rowById.get(version.planId)!, version, sold))
  const planById = new Map(
    versions.filter((version) => !isOfOneAccount(version)).map((version) => [version.id, version]),
  )
  const plans = [...planById.values()].sort(
    (left, right) => left.group.localeCompare(right.group) || left.rank - right.rank,
  )
  return {
    plans,
    planById,
    planByCode: new Map(plans.map((plan) => [plan.code, plan])),
    planByVersionId: new Map(versions.map((version) => [version.versionId, version])),
  }
}

type Packages = Pick<CatalogSnapshot, 'packages' | 'packageById' | 'packageByCode' | 'packageByVersionId'>

async function readPackages(sql: Sql, definition: CatalogDefinition, sold: Sold): Promise<Packages> {
  const rows = await sql.query.selectFrom('package').selectAll().orderBy('id').execute()
  const versionRows = await sql.query
    .selectFrom('package_version')
    .selectAll()
    .orderBy('packageId')
    .orderBy('version')
    .execute()
  const rowById = new Map(rows.map((row) => [row.id, row]))
  const versions = versionRows.map((version) => toPackage(rowById.get(version.packageId)!, version, sold))
  const packageById = new Map(versions.map((version) => [version.id, version]))
  const place = new Map(definition.packages.map(({ code }, index) => [code, index]))
  const packages = [...packageById.values()].sort(
    (left, right) => (place.get(left.code) ?? Infinity) - (place.get(right.code) ?? Infinity) || 0,
  )
  return {
    packages,
    packageById,
    packageByCode: new Map(packages.map((item) => [item.code, item])),
    packageByVersionId: new Map(versions.map((version) => [version.versionId, version])),
  }
}

function toPrice(row: PriceRow): CatalogPrice {
  return {
    id: row.id,
    productId: row.productId,
    money: { amountMinor: row.amountMinor, currency: row.currency },
    amountMinor: row.amountMinor,
    currency: row.currency,
    interval: row.interval,
    trialDays: row.trialDays,
    per: row.per,
    active: row.active,
    ...(row.negotiated ? { negotiated: true as const } : {}),
    ...(row.planVersionId ? { planVersionId: row.planVersionId } : {}),
  }
}

function toPlan(row: PlanRow, version: PlanVersionRow, sold: Sold): CatalogPlan {
  const terms = version.terms as unknown as PlanDefinition
  return {
    __typename: 'Plan',
    id: row.id,
    versionId: version.id,
    productId: row.productId,
    code: row.code,
    name: terms.name,
    description: terms.description,
    group: terms.group,
    rank: terms.rank,
    version: version.version,
    active: row.active && !row.hidden,
    bullets: terms.bullets,
    supportedStacks: terms.supportedStacks,
    prices: pricesOf(sold, row.productId),
    features: terms.features.flatMap((granted) => toGranted(sold, granted)),
    versionPrices: versionPrices(sold, row.productId, terms),
    overageThreshold: terms.overageThreshold ?? null,
    ...(terms.otherThresholds ? { otherThresholds: terms.otherThresholds } : {}),
  }
}

function toPackage(row: PackageRow, version: PackageVersionRow, sold: Sold): CatalogPackage {
  const terms = version.terms as unknown as PackageDefinition
  return {
    __typename: 'Package',
    id: row.id,
    versionId: version.id,
    productId: row.productId,
    code: row.code,
    type: terms.type,
    name: terms.name,
    description: terms.description,
    bullets: terms.bullets,
    version: version.version,
    active: row.active,
    prices: pricesOf(sold, row.productId),
    grants: terms.grants.flatMap((granted) => toGranted(sold, granted)),
    validForDays: terms.validForDays,
    contactUrl: terms.contactUrl,
  }
}

/** Those on sale, the smallest amount first. */
const pricesOf = ({ prices }: Sold, productId: string): CatalogPrice[] =>
  prices
    .filter((price) => price.productId === productId && price.active)
    .sort((left, right) => left.money.amountMinor - right.money.amountMinor)

/** The smallest amount first. */
function versionPrices({ prices }: Sold, productId: string, terms: PlanDefinition): CatalogPrice[] {
  const keys = new Set(terms.prices.map(priceKey))
  const ofTerms = prices
    .filter((price) => price.productId === productId && !price.negotiated && keys.has(priceKey(price)))
    .sort((left, right) => Number(left.active) - Number(right.active))
  // An imported price can equal one that is sold, which is then the one of the terms.
  return [...new Map(ofTerms.map((price) => [priceKey(price), price])).values()].sort(
    (left, right) => left.money.amountMinor - right.money.amountMinor,
  )
}

/** A feature that was removed from the catalog grants nothing. */
function toGranted({ features }: Sold, { feature: code, ...granted }: PlanFeatureDefinition): CatalogPlanFeature[] {
  const feature = features.get(code)
  return feature ? [{ ...granted, feature }] : []
}
