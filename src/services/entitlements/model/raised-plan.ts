import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { AccountSnapshot, Assignment, HeldPlan } from './account-snapshot.js'
import { planAmount, windowOf } from './entitlement-sources.js'
import { addMonths } from './quota-window.js'
import { amountsOf, raisesAfter, unpaidUnits, type Amounts, type RaiseTime } from './raises.js'

/** Pure: the units that a plan grants to an account in a whole window. */
export const planAmounts = (
  snapshot: AccountSnapshot,
  plan: CatalogPlan,
  { assignment, quantity }: { readonly assignment: Assignment | null; readonly quantity: number },
): Amounts => amountsOf(plan.features, (granted) => planAmount(snapshot, { plan, assignment }, granted, quantity))

/**
 * Pure: the account as if it changed the plan of a place now. What the change adds within the paid period is in proportion to the rest of the
 * period; the account knows only the end of it, so a period longer than a month is taken for a year.
 */
export function raisedTo(
  snapshot: AccountSnapshot,
  { index, plan, quantity }: { readonly index: number; readonly plan: CatalogPlan; readonly quantity: number },
): AccountSnapshot {
  const held = snapshot.held.map((one, place): HeldPlan => {
    if (place !== index) return one
    const { assignment } = one
    if (!assignment) return { ...one, plan }
    const raise = raiseNow(snapshot, assignment)
    const [before, after] = [
      { plan: one.plan, quantity: assignment.quantity },
      { plan, quantity },
    ].map((terms) => planAmounts(snapshot, terms.plan, { assignment, quantity: terms.quantity })) as [Amounts, Amounts]
    const raises = raise ? raisesAfter(assignment.raises ?? [], before, after, raise) : assignment.raises
    return { plan, assignment: { ...assignment, quantity, raises: raises ?? null } }
  })
  return { ...snapshot, held }
}

/** Pure: units of a feature that a plan with an amount for each paid unit would grant now. */
export function raisedUnits(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  { index, plan, quantity, each }: Parameters<typeof raisedTo>[1] & { readonly each: number },
): number {
  const raises = raisedTo(snapshot, { index, plan, quantity }).held[index]!.assignment?.raises ?? []
  const { periodEnd = null } = snapshot.held[index]!.assignment ?? {}
  const counted = { ...windowOf(snapshot, feature), at: snapshot.at }
  return each * quantity - unpaidUnits(raises, feature.code, counted, periodEnd)
}

const AT_START_MS = 60_000

/** Null if a change now is paid for a whole period, or by no period at all. */
export function raiseNow(
  { at }: AccountSnapshot,
  { sourceType, periodEnd, billingAnchor }: Assignment,
): RaiseTime | null {
  if (sourceType !== 'subscription' || !periodEnd || !isAfter(periodEnd, at) || isAfter(billingAnchor, at)) return null
  const monthBefore = addMonths(periodEnd, -1)
  const periodStart = isAfter(monthBefore, at) ? addMonths(periodEnd, -12) : monthBefore
  return at.getTime() - periodStart.getTime() <= AT_START_MS ? null : { at, periodStart, periodEnd }
}
