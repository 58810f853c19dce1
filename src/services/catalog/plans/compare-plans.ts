import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { yearlyAmount } from '../products/interval.js'

/** Fields of a plan that are compared. */
export interface RankedPlan {
  readonly code: string
  readonly group: string
  readonly rank: number
}

/** A plan code that is not in the catalog. It is an error, because no result would be safe. */
export class UnknownPlanError extends Error {
  override readonly name = 'UnknownPlanError'
  readonly plan: string

  constructor(plan: string) {
    super(`Plan '${plan}' not found`)
    this.plan = plan
  }
}

/** True when a plan is in the group of the required one and ranks at least as high. Plans of different groups do not compare. */
export function satisfies(current: RankedPlan, required: RankedPlan): boolean {
  return current.group === required.group && current.rank >= required.rank
}

/**
 * The plan of that code.
 * @throws UnknownPlanError
 */
export function planByCode<Plan extends RankedPlan>(plans: readonly Plan[], code: string): Plan {
  const plan = plans.find((candidate) => candidate.code === code)
  if (!plan) throw new UnknownPlanError(code)
  return plan
}

/**
 * True if one of the plans held (one per group) satisfies the required one. @param held plan codes, like `required`
 * @throws UnknownPlanError for a code that is not in the catalog, on either side
 */
export function userHasPlan(plans: readonly RankedPlan[], held: string | readonly string[], required: string): boolean {
  const wanted = planByCode(plans, required)
  const owned = (typeof held === 'string' ? [held] : held).map((code) => planByCode(plans, code))
  return owned.some((plan) => satisfies(plan, wanted))
}

/** The plan of the lowest rank in a group: what an account has before it buys one. Undefined for a group without plans. */
export function defaultPlan<Plan extends RankedPlan>(plans: readonly Plan[], group: string): Plan | undefined {
  return plans.filter((plan) => plan.group === group).toSorted((a, b) => a.rank - b.rank)[0]
}

/** Fields of a price that are compared. */
export interface ComparablePrice {
  readonly interval: BillingInterval
  readonly currency: string
  readonly amountMinor: number
}

/** A plan with its prices. */
export interface PricedPlan extends RankedPlan {
  readonly prices: readonly ComparablePrice[]
}

/** A plan and the price at which it is offered; null for the default plan, which costs nothing. */
export interface PlanOffer<Plan extends PricedPlan> {
  readonly plan: Plan
  readonly price: Plan['prices'][number] | null
}

/** Payment terms of an offer. */
export interface OfferTerms {
  readonly currency: string
  /** Preferred interval. A plan without it is offered with another one. Default: monthly. */
  readonly interval?: BillingInterval
}

/**
 * The plans of a group that satisfy a predicate, cheapest first, at equal cost the one of the lowest rank. Costs are compared over a
 * year, so that a plan sold only by the year has its place among monthly ones. A plan without a price in the currency is not on
 * offer, unless it is the group's default.
 */
export function offersSatisfying<Plan extends PricedPlan>(
  plans: readonly Plan[],
  group: string,
  predicate: (plan: Plan) => boolean,
  terms: OfferTerms,
): PlanOffer<Plan>[] {
  const free = defaultPlan(plans, group)
  const offers = plans
    .filter((plan) => plan.group === group && predicate(plan))
    .map((plan) => ({ plan, price: priceOn(plan, terms) }))
    .filter(({ plan, price }) => price !== null || (plan === free && plan.prices.length === 0))
  return offers.toSorted((a, b) => yearlyCost(a.price) - yearlyCost(b.price) || a.plan.rank - b.plan.rank)
}

function priceOn<Plan extends PricedPlan>(
  plan: Plan,
  { currency, interval = 'MONTH' }: OfferTerms,
): Plan['prices'][number] | null {
  const prices: readonly Plan['prices'][number][] = plan.prices
  const payable = prices.filter((price) => price.currency === currency)
  const cheapestFirst = payable.toSorted(
    (a, b) => Number(a.interval === 'ONE_TIME') - Number(b.interval === 'ONE_TIME') || yearlyCost(a) - yearlyCost(b),
  )
  return cheapestFirst.find((price) => price.interval === interval) ?? cheapestFirst[0] ?? null
}

function yearlyCost(price: ComparablePrice | null): number {
  return price ? yearlyAmount(price.amountMinor, price.interval) : 0
}
