import { plural } from '#services/catalog/plans/plural.js'
import { remedy, type PriceView, type Remedy } from '#services/kernel/denials/denial.js'
import { offersSatisfying } from '#services/catalog/plans/compare-plans.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { planReference, type CatalogPlan, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { evaluateFeature } from './evaluate-entitlements.js'
import { buyerOf, mainPlan, type HeldPlan, type AccountSnapshot } from './account-snapshot.js'
import { raisedTo, raisedUnits } from './raised-plan.js'
import { subscribesTo } from './subscribes-to.js'
import { availableUnits, type Entitlement } from './entitlement.js'
import { withQuantity, type CostedRemedy } from './costed-remedy.js'
import { currencyOfRemedies } from './currency-of-use.js'

/** Maximum quantity of a subscription. */
const MAX_QUANTITY = 10_000

const changeMutation = (snapshot: AccountSnapshot, { plan }: HeldPlan): string =>
  subscribesTo(snapshot, plan.group) ? 'changePlan' : 'startSubscription'

/** The plans above the present one of which something is true, cheapest first. */
export function upgradeRemedies(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  wouldDo: (plan: CatalogPlan) => boolean,
): Remedy[] {
  const held = mainPlan(snapshot)
  return plansAbove(catalog, snapshot, held, wouldDo).map(({ plan, price }) =>
    upgrade(catalog, snapshot, held, { plan, price, quantity: 1 }),
  )
}

/** Plans that would make the amount available, and the current plan with more units. */
export function planRemedies(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): CostedRemedy[] {
  return snapshot.held.flatMap((held, index) => {
    const quantityOf = (plan: CatalogPlan, price: PriceView | null) =>
      quantityThatLifts(catalog, snapshot, { index, plan, price, entitlement, amount })
    const raised =
      held.assignment?.sourceType === 'subscription' ? moreOfTheSame(catalog, snapshot, held, quantityOf) : []
    const above = plansAbove(catalog, snapshot, held, (plan) => quantityOf(plan, plan.prices[0] ?? null) !== null)
    return [
      ...raised,
      ...above.map(({ plan, price }) => {
        const quantity = quantityOf(plan, price)!
        return {
          remedy: upgrade(catalog, snapshot, held, { plan, price, quantity }),
          cost: costBeyond(held, price, quantity),
        }
      }),
    ]
  })
}

/** A subscription cannot change to a plan that is sold only for a lifetime. */
function plansAbove(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  { plan: { group, rank } }: HeldPlan,
  wouldDo: (plan: CatalogPlan) => boolean,
) {
  const above = (plan: CatalogPlan) => plan.active && plan.rank > rank && wouldDo(plan)
  const offers = offersSatisfying(catalog.plans, group, above, {
    currency: currencyOfRemedies(catalog, snapshot),
  })
  return subscribesTo(snapshot, group) ? offers.filter(({ price }) => price?.interval !== 'ONE_TIME') : offers
}

interface Upgrade {
  readonly plan: CatalogPlan
  readonly price: PriceView | null
  readonly quantity: number
}

function upgrade(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  held: HeldPlan,
  { plan, price, quantity }: Upgrade,
): Remedy {
  const upgraded = remedy('UPGRADE_PLAN', `Upgrade to ${plan.name}${forUnits(price, quantity)}`, {
    mutation: changeMutation(snapshot, held),
    target: planReference(plan),
    price,
    url: catalog.upgradeUrl,
    buyer: buyerOf(snapshot),
  })
  return withQuantity(upgraded, quantity)
}

/** A plan that is paid by the unit gives more when more units are paid for. */
function moreOfTheSame(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  held: HeldPlan,
  quantityOf: (plan: CatalogPlan, price: PriceView | null) => number | null,
): CostedRemedy[] {
  const wantedCurrency = currencyOfRemedies(catalog, snapshot)
  const price = held.plan.prices.find(({ per, currency }) => per !== null && currency === wantedCurrency)
  const now = held.assignment?.quantity ?? 1
  const wanted = price ? quantityOf(held.plan, price) : null
  if (!price || wanted === null || wanted <= now) return []
  const raised = remedy('CHANGE_PLAN', `Pay ${held.plan.name}${forUnits(price, wanted)}`, {
    mutation: 'changePlan',
    target: planReference(held.plan),
    price,
    url: catalog.upgradeUrl,
    buyer: buyerOf(snapshot),
  })
  return [
    {
      remedy: withQuantity(raised, wanted),
      cost: { amountMinor: price.amountMinor * (wanted - now), currency: price.currency },
    },
  ]
}

interface Candidate {
  /** The place of its group among the plans held. */
  readonly index: number
  readonly plan: CatalogPlan
  readonly price: PriceView | null
  readonly entitlement: Entitlement
  readonly amount: number
}

/** Number of units of a plan that would lift the denial. Null if no quantity does. */
function quantityThatLifts(catalog: CatalogSnapshot, snapshot: AccountSnapshot, candidate: Candidate): number | null {
  const { index, plan, price, entitlement, amount } = candidate
  const { feature } = entitlement
  const granted = plan.features.find((it) => it.feature.code === feature.code && it.enabled)
  if (!granted) return null
  const isPaidBy = price?.per != null && (granted.perUnit === price.per || (granted.perSeat && price.per === 'seat'))
  if (granted.amount && isPaidBy) {
    const others = entitlement.sources.filter(
      ({ kind, code }) => kind !== 'PLAN' || code !== snapshot.held[index]!.plan.code,
    )
    const given = others.reduce((sum, source) => sum + (source.amount ?? 0), 0)
    const needed = entitlement.used + entitlement.reserved + amount - given
    const each = granted.amount
    const quantity = quantityFor(needed, each, (units) =>
      raisedUnits(snapshot, feature, { index, plan, quantity: units, each }),
    )
    return quantity > MAX_QUANTITY ? null : quantity
  }
  const raised = raisedTo(snapshot, { index, plan, quantity: snapshot.held[index]!.assignment?.quantity ?? 1 })
  return hasRoomFor(evaluateFeature(catalog, raised, feature), amount, feature) ? 1 : null
}

/**
 * The least quantity that gives the units. What more of them add within a paid period is in proportion to its rest, so that late in the period many
 * are needed.
 */
function quantityFor(needed: number, each: number, unitsAt: (quantity: number) => number): number {
  let [low, high] = [Math.max(1, Math.ceil(needed / each)), MAX_QUANTITY + 1]
  if (unitsAt(low) >= needed) return low
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (unitsAt(middle) >= needed) high = middle
    else low = middle + 1
  }
  return low
}

function hasRoomFor(entitlement: Entitlement, amount: number, { kind }: FeatureDefinition): boolean {
  const { granted, limit } = entitlement
  const available = kind === 'RATE' ? limit : availableUnits(entitlement)
  return granted && (available === null || available >= amount)
}

/** Additional cost of the next payment compared with the current one. A plan without a subscription has no payments. */
function costBeyond(held: HeldPlan, price: PriceView | null, quantity: number): CostedRemedy['cost'] {
  if (!price) return null
  const paid =
    held.assignment?.sourceType === 'subscription'
      ? held.plan.prices.find(
          ({ interval, currency }) => interval === price.interval && currency === price.money.currency,
        )
      : undefined
  const present = (paid?.amountMinor ?? 0) * (held.assignment?.quantity ?? 1)
  return { amountMinor: Math.max(0, price.money.amountMinor * quantity - present), currency: price.money.currency }
}

/** As ` for 3 managed servers`; nothing for one, or for a flat price. */
function forUnits(price: PriceView | null, quantity: number): string {
  if (!price?.per || quantity === 1) return ''
  return ` for ${quantity} ${plural(quantity, price.per.replaceAll('_', ' '))}`
}
