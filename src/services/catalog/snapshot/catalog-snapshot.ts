import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import type { Money } from '#services/kernel/money/money.js'
import type { ProductType } from '#entities/catalog/product.entity.js'
import type { NodeReference, PriceView } from '#services/kernel/denials/denial.js'
import type { ComparablePrice } from '../plans/compare-plans.js'
import type {
  CatalogDefinition,
  FeatureDefinition,
  PackageType,
  PlanFeatureDefinition,
  RateCardDefinition,
} from '../definition/types.js'

/** A price on sale. Amounts are integer minor units. */
export interface CatalogPrice extends PriceView, ComparablePrice {
  readonly productId: string
  readonly active: boolean
  /** True for the price of one account. Absent for a price of the catalog. */
  readonly negotiated?: true
  /** Version of the plan that is sold at a negotiated price. Absent: the one on sale. */
  readonly planVersionId?: string
}

/** A feature value of a plan, with the feature itself. */
export interface CatalogPlanFeature extends Omit<PlanFeatureDefinition, 'feature'> {
  readonly feature: FeatureDefinition
}

/** A plan in one of its versions. Equal by `versionId`. */
export interface CatalogPlan {
  readonly __typename: 'Plan'
  readonly id: string
  readonly versionId: string
  readonly productId: string
  readonly code: string
  readonly name: string
  readonly description: string | null
  readonly group: string
  readonly rank: number
  /** Below zero for the terms of one account. */
  readonly version: number
  readonly active: boolean
  readonly bullets: readonly string[]
  /** Null: all stacks. */
  readonly supportedStacks: readonly string[] | null
  /** Those on sale, cheapest interval first as the catalog lists them. */
  readonly prices: readonly CatalogPrice[]
  readonly features: readonly CatalogPlanFeature[]
  /** Prices in the terms of this version, including those that are no longer sold. */
  readonly versionPrices: readonly CatalogPrice[]
  /** Cost of use beyond the allowances at which it is invoiced before its window ends. Null: it is not. */
  readonly overageThreshold: Money | null
  /** The same in the other currencies of its prices. Absent: there is no other one. */
  readonly otherThresholds?: readonly Money[]
}

/** A package in one of its versions. Equal by `versionId`. */
export interface CatalogPackage {
  readonly __typename: 'Package'
  readonly id: string
  readonly versionId: string
  readonly productId: string
  readonly code: string
  readonly type: PackageType
  readonly name: string
  readonly description: string | null
  readonly bullets: readonly string[]
  readonly version: number
  readonly active: boolean
  /** Those on sale: monthly or yearly for an add-on, once for a credit pack, none for enterprise. */
  readonly prices: readonly CatalogPrice[]
  /** Grants in addition to the plan: amounts of a limit, quota or credits, or a boolean feature. */
  readonly grants: readonly CatalogPlanFeature[]
  /** Validity of a credit pack in days after its payment. Null for other packages. */
  readonly validForDays: number | null
  /** URL where the buyer of an enterprise package makes contact. Null for other packages. */
  readonly contactUrl: string | null
}

export interface CatalogProduct {
  readonly id: string
  readonly type: ProductType
  readonly code: string
  readonly name: string
  readonly externalId: string | null
  readonly vendorId: string | null
  readonly active: boolean
}

/** Lists of a definition that the catalog in memory has with their IDs and versions, or that it does not need. */
type Loaded =
  | 'features'
  | 'rateCards'
  | 'plans'
  | 'packages'
  | 'categories'
  | 'vendors'
  | 'templates'
  | 'templateProducts'

/** The catalog in memory: immutable, replaced as a whole when another one is loaded. */
export interface CatalogSnapshot extends Omit<CatalogDefinition, Loaded> {
  readonly features: ReadonlyMap<string, FeatureDefinition>
  /** True if a version of a plan has overage. */
  readonly hasOverage: boolean
  /** True if a version of a plan has a quota that rolls over. */
  readonly hasRollover: boolean
  /** By the code of the feature. */
  readonly rateCards: ReadonlyMap<string, RateCardDefinition>
  /** Current versions by group and rank, inactive ones included. */
  readonly plans: readonly CatalogPlan[]
  readonly planById: ReadonlyMap<string, CatalogPlan>
  readonly planByCode: ReadonlyMap<string, CatalogPlan>
  /** Every version that was ever loaded: subscribers keep theirs. */
  readonly planByVersionId: ReadonlyMap<string, CatalogPlan>
  /** Current versions in the order of the catalog, inactive ones last. */
  readonly packages: readonly CatalogPackage[]
  readonly packageById: ReadonlyMap<string, CatalogPackage>
  readonly packageByCode: ReadonlyMap<string, CatalogPackage>
  /** Every version that was ever loaded: buyers keep theirs. */
  readonly packageByVersionId: ReadonlyMap<string, CatalogPackage>
  readonly priceById: ReadonlyMap<string, CatalogPrice>
  readonly productById: ReadonlyMap<string, CatalogProduct>
  /** The product that sells a template, by the template's id. */
  readonly productByTemplateId: ReadonlyMap<string, CatalogProduct>
  /** Those on sale, in the order in which they were made. */
  readonly pricesByProductId: ReadonlyMap<string, readonly CatalogPrice[]>
  readonly products: readonly CatalogProduct[]
}

/** The plan that an account of a group has without doing anything: the lowest rank. */
export function defaultPlan(catalog: CatalogSnapshot, group: string): CatalogPlan {
  const plan = catalog.plans.find((candidate) => candidate.group === group && candidate.active)
  if (!plan) throw new Error(`the catalog has no plan in group ${group}`)
  return plan
}

export const packageReference = (sold: CatalogPackage): NodeReference => ({ __typename: 'Package', id: sold.id })

/** True if a plan has a price for units beyond an allowance. */
export const chargesOverage = (plan: Pick<CatalogPlan, 'features'>): boolean =>
  plan.features.some(({ overage }) => overage !== undefined)

/** True if unused units of a plan roll over. */
export const rollsOver = (plan: Pick<CatalogPlan, 'features'>): boolean =>
  plan.features.some(({ rollover }) => rollover !== undefined)

/** True if a version of a plan has a price for units beyond the allowance of a feature. */
export const hasOveragePrice = ({ planByVersionId }: Pick<CatalogSnapshot, 'planByVersionId'>, code: string): boolean =>
  [...planByVersionId.values()].some(({ features }) =>
    features.some(({ feature, overage }) => feature.code === code && overage !== undefined),
  )

export const planReference = (plan: CatalogPlan): NodeReference => ({ __typename: 'Plan', id: plan.id })

/** The plan's active price for an interval and a currency. Default: the catalog's currency. */
export function priceOf(
  catalog: CatalogSnapshot,
  plan: CatalogPlan,
  interval: BillingInterval,
  currency?: string | null,
): CatalogPrice | null {
  const wanted = currency ?? catalog.currency
  return (
    plan.prices.find((price) => price.active && price.interval === interval && price.money.currency === wanted) ?? null
  )
}

/** True for a version with terms of one account. */
export const isOfOneAccount = ({ version }: Pick<CatalogPlan, 'version'>): boolean => version < 0

/** The version itself. For terms of one account the version on sale, which follows them. */
export const ordinaryVersion = (catalog: CatalogSnapshot, plan: CatalogPlan): CatalogPlan =>
  isOfOneAccount(plan) ? catalog.planById.get(plan.id)! : plan
