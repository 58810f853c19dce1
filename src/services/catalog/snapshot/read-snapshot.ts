import type { PlanVersionRow } from '../../../entities/catalog/plan-version.entity.js'
import type { PlanRow } from '../../../entities/catalog/plan.entity.js'
import type { PriceRow } from '../../../entities/catalog/price.entity.js'
import type { ProductRow } from '../../../entities/catalog/product.entity.js'
import type { Sql } from '../../kernel/database/sql.js'
import type { CatalogDefinition, FeatureDefinition, PlanDefinition } from '../definition/types.js'
import type { CatalogPlan, CatalogPlanFeature, CatalogPrice, CatalogSnapshot } from './catalog-snapshot.js'

/** Reads what is sold into memory: the file's settings, and every plan version and price that was ever loaded. */
export async function readSnapshot(sql: Sql, definition: CatalogDefinition): Promise<CatalogSnapshot> {
  const products = await sql.rows<ProductRow>(`select * from product order by id`)
  const prices = (await sql.rows<PriceRow>(`select * from price order by id`)).map(toPrice)
  const planRows = await sql.rows<PlanRow>(`select * from plan order by id`)
  const versionRows = await sql.rows<PlanVersionRow>(`select * from plan_version order by plan_id, version`)
  const features = new Map(definition.features.map((feature) => [feature.code, feature]))

  const versions = versionRows.map((version) =>
    toPlan(
      planRows.find((plan) => plan.id === version.planId)!,
      version,
      prices,
      features,
    ),
  )
  const plans = planRows
    .map((row) => versions.filter((version) => version.id === row.id).at(-1)!)
    .sort((left, right) => left.group.localeCompare(right.group) || left.rank - right.rank)
  return {
    business: definition.business,
    currency: definition.currency,
    defaultGroup: definition.defaultGroup,
    domains: definition.domains,
    returnUrls: definition.returnUrls,
    upgradeUrl: definition.upgradeUrl,
    nearLimitPercents: definition.nearLimitPercents,
    features,
    plans,
    planById: new Map(plans.map((plan) => [plan.id, plan])),
    planByCode: new Map(plans.map((plan) => [plan.code, plan])),
    planByVersionId: new Map(versions.map((version) => [version.versionId, version])),
    priceById: new Map(prices.map((price) => [price.id, price])),
    products,
    productById: new Map(products.map((product) => [product.id, product])),
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
  }
}

function toPlan(
  row: PlanRow,
  version: PlanVersionRow,
  prices: readonly CatalogPrice[],
  features: ReadonlyMap<string, FeatureDefinition>,
): CatalogPlan {
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
    active: row.active,
    bullets: terms.bullets,
    supportedStacks: terms.supportedStacks,
    prices: prices
      .filter((price) => price.productId === row.productId && price.active)
      .sort((left, right) => left.money.amountMinor - right.money.amountMinor),
    features: terms.features.flatMap(({ feature: code, ...granted }): CatalogPlanFeature[] => {
      const feature = features.get(code)
      return feature ? [{ ...granted, feature }] : []
    }),
  }
}
