import type { RolloverDefinition } from '#services/catalog/definition/sale-terms.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type {
  CatalogPlan,
  CatalogPlanFeature,
  CatalogProduct,
  CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'
import { describeFeature } from '#services/catalog/plans/describe-feature.js'
import type { PackageForSale } from '#services/catalog/packages/packages-for-sale.js'
import type { Feature } from '#schema/catalog/feature.type.js'
import type { Package } from '#schema/catalog/package.type.js'
import type { Rollover } from '#schema/catalog/rollover.type.js'
import type { PlanFeature } from '#schema/catalog/plan-feature.type.js'
import type { Plan } from '#schema/catalog/plan.type.js'
import type { PlanVersion } from '#schema/catalog/plan-version.type.js'
import { featureId } from '#services/catalog/features/features.js'
import type { Product } from '#schema/catalog/product.type.js'
import { toOverageTerms } from '../entitlements/overage.mapper.js'
import { toMoney, toPrice } from '../kernel/price.mapper.js'

export const toFeature = (feature: FeatureDefinition): Feature => ({
  __typename: 'Feature',
  id: featureId(feature.code),
  code: feature.code,
  name: feature.name,
  kind: feature.kind,
  ratePeriod: feature.kind === 'RATE' ? (feature.ratePeriod ?? 'MINUTE') : null,
  inAccountTimeZone: feature.inAccountTimeZone,
  propertyNames: feature.properties,
  unit: feature.unit,
  description: feature.description,
})

/** Null if the catalog does not have the feature any more. */
export function toFeatureOfCode({ features }: CatalogSnapshot, code: string): Feature | null {
  const feature = features.get(code)
  return feature ? toFeature(feature) : null
}

// Plans are immutable, so their client view is computed once per version.
const mapped = new WeakMap<CatalogPlan, Plan>()

export function toPlan(plan: CatalogPlan): Plan {
  let known = mapped.get(plan)
  if (!known) mapped.set(plan, (known = mapPlan(plan)))
  return known
}

/** A held plan leads to the plan in its current version, so that one ID has one content. */
export const toCurrentPlan = ({ planById }: CatalogSnapshot, held: CatalogPlan): Plan =>
  toPlan(planById.get(held.id) ?? held)

const mappedVersions = new WeakMap<CatalogPlan, PlanVersion>()

export function toPlanVersion(plan: CatalogPlan): PlanVersion {
  let known = mappedVersions.get(plan)
  if (!known) mappedVersions.set(plan, (known = mapPlanVersion(plan)))
  return known
}

const mapPlanVersion = (plan: CatalogPlan): PlanVersion => ({
  __typename: 'PlanVersion',
  id: plan.versionId,
  number: plan.version,
  name: plan.name,
  planId: plan.id,
  allPrices: plan.versionPrices.map(toPrice),
  features: plan.features.map((granted) => toPlanFeature(granted, plan.code)),
  supportsAllStacks: plan.supportedStacks === null,
  supportedStacks: plan.supportedStacks ?? [],
})

function mapPlan(plan: CatalogPlan): Plan {
  return {
    __typename: 'Plan',
    id: plan.id,
    code: plan.code,
    name: plan.name,
    description: plan.description,
    rank: plan.rank,
    group: plan.group,
    versionId: plan.versionId,
    bullets: plan.bullets,
    active: plan.active,
    allPrices: plan.prices.map(toPrice),
    overageThreshold: plan.overageThreshold && toMoney(plan.overageThreshold),
    features: plan.features.map((granted) => toPlanFeature(granted, plan.code)),
    supportsAllStacks: plan.supportedStacks === null,
    supportedStacks: plan.supportedStacks ?? [],
  }
}

const toRollover = ({ periods, ...terms }: RolloverDefinition): Rollover => ({
  __typename: 'Rollover',
  ...terms,
  periodCount: periods,
})

/** @param plan code of the plan that grants it */
export const toPlanFeature = (granted: CatalogPlanFeature, plan: string | null): PlanFeature => ({
  __typename: 'PlanFeature',
  feature: toFeature(granted.feature),
  enabled: granted.enabled,
  unlimited: granted.unlimited,
  amount: granted.amount,
  window: granted.window,
  perSeat: granted.perSeat,
  text: granted.text ?? describeFeature(granted),
  // Only plans have overage.
  overage: granted.overage && plan !== null ? toOverageTerms(plan, granted.overage) : null,
  rollover: granted.rollover ? toRollover(granted.rollover) : null,
})

export function toProduct(catalog: CatalogSnapshot, product: CatalogProduct): Product {
  return {
    __typename: 'Product',
    id: product.id,
    type: product.type,
    code: product.code,
    name: product.name,
    externalId: product.externalId,
    allPrices: (catalog.pricesByProductId.get(product.id) ?? []).map(toPrice),
    vendorId: product.vendorId,
    active: product.active,
  }
}

/** A package, or a plan at one interval, as the price list shows it. */
export const toPackage = ({ prices, grants, ...sold }: PackageForSale): Package => ({
  __typename: 'Package',
  id: sold.id,
  code: sold.code,
  type: sold.type,
  name: sold.name,
  description: sold.description,
  bullets: sold.bullets,
  allPrices: prices.map(toPrice),
  grants: grants.map((granted) => toPlanFeature(granted, null)),
  validForDays: sold.validForDays,
  active: sold.active,
  contactUrl: sold.contactUrl,
  planId: sold.planId,
})
