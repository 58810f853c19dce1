import { intervalSuffix } from '../products/interval.js'
import type { PackageType } from '../definition/types.js'
import type {
  CatalogPackage,
  CatalogPlan,
  CatalogPlanFeature,
  CatalogPrice,
  CatalogSnapshot,
} from '../snapshot/catalog-snapshot.js'

/** Something on a price list: a package, or a plan at one interval, which is sold as a package of type SUBSCRIPTION. */
export interface PackageForSale {
  readonly id: string
  readonly code: string
  readonly type: PackageType | 'SUBSCRIPTION'
  readonly name: string
  readonly description: string | null
  readonly bullets: readonly string[]
  readonly prices: readonly CatalogPrice[]
  readonly grants: readonly CatalogPlanFeature[]
  readonly validForDays: number | null
  readonly active: boolean
  readonly contactUrl: string | null
  /** The plan that a SUBSCRIPTION sells. */
  readonly planId: string | null
}

/** Suffix of a plan at an interval. */
const suffixOf = (interval: CatalogPrice['interval']): string =>
  interval === 'ONE_TIME' ? 'lifetime' : intervalSuffix(interval)

/** Other suffixes than ours that integrations append to a plan code. */
const ALIASES: Readonly<Record<string, CatalogPrice['interval']>> = {
  month: 'MONTH',
  year: 'YEAR',
  annual: 'YEAR',
  annually: 'YEAR',
  once: 'ONE_TIME',
}

/** The whole price list: plans first, by rank and interval, then packages in the order of the catalog. */
export function listPackages(
  catalog: CatalogSnapshot,
  filter: { type?: PackageForSale['type'] | null; includeInactive?: boolean } = {},
): PackageForSale[] {
  return [...catalog.plans.flatMap(subscriptionPackages), ...catalog.packages.map(toSold)].filter(
    (sold) => (sold.active || filter.includeInactive) && (!filter.type || sold.type === filter.type),
  )
}

/** By a package's code, a plan's code, or a plan's code and interval as in `professional_monthly`; what is no longer sold too. */
export function findPackage(catalog: CatalogSnapshot, code: string): PackageForSale | null {
  const known = catalog.packageByCode.get(code)
  if (known) return toSold(known)
  const plan = catalog.planByCode.get(code)
  if (plan) return wholePlan(plan)
  const [, planCode = '', suffix = ''] = /^(.+?)_((?:\d+_)?[a-z]+)$/.exec(code) ?? []
  const ofSuffix = catalog.planByCode.get(planCode)
  const named = ({ prices: [price] }: PackageForSale) =>
    price !== undefined && (suffixOf(price.interval) === suffix || price.interval === ALIASES[suffix])
  return ofSuffix ? (subscriptionPackages(ofSuffix).find(named) ?? null) : null
}

/** By the id that a package has as a node. */
export function packageById(catalog: CatalogSnapshot, id: string): PackageForSale | null {
  const known = catalog.packageById.get(id)
  if (known) return toSold(known)
  const [planId = ''] = id.replace(/^pkg_/, 'pln_').split('-')
  const plan = catalog.planById.get(planId)
  if (!plan) return null
  return [wholePlan(plan), ...subscriptionPackages(plan)].find((sold) => sold.id === id) ?? null
}

/** The package that a product sells. Null if it sells a plan or a template. */
export function packageByProduct(catalog: CatalogSnapshot, productId: string): PackageForSale | null {
  const sold = catalog.packages.find((candidate) => candidate.productId === productId)
  return sold ? toSold(sold) : null
}

const toSold = (sold: CatalogPackage): PackageForSale => ({ ...sold, planId: null })

/** A plan once for each interval, with its prices in every currency; one that costs nothing once, under its own code. */
function subscriptionPackages(plan: CatalogPlan): PackageForSale[] {
  if (plan.prices.length === 0) return [wholePlan(plan)]
  return [...Map.groupBy(plan.prices, (price) => price.interval).values()].map((prices) => atInterval(plan, prices))
}

/** Intervals with a number in the IDs of plans at an interval. The others have their word. */
const NUMBERED: readonly CatalogPrice['interval'][] = ['ONE_TIME', 'MONTH', 'YEAR']

/** Its ID follows from the plan's and from the interval. */
function atInterval(plan: CatalogPlan, prices: readonly CatalogPrice[]): PackageForSale {
  const [first] = prices
  const whole = wholePlan(plan)
  return {
    ...whole,
    id: `${whole.id}-${NUMBERED.includes(first!.interval) ? NUMBERED.indexOf(first!.interval) : first!.interval.toLowerCase()}`,
    code: `${plan.code}_${suffixOf(first!.interval)}`,
    prices,
    active: plan.active && first!.active,
  }
}

const wholePlan = (plan: CatalogPlan): PackageForSale => ({
  id: plan.id.replace(/^pln_/, 'pkg_'),
  code: plan.code,
  type: 'SUBSCRIPTION',
  name: plan.name,
  description: plan.description,
  bullets: plan.bullets,
  prices: plan.prices,
  grants: plan.features,
  validForDays: null,
  active: plan.active,
  contactUrl: null,
  planId: plan.id,
})
