import { planInCurrency } from '#services/catalog/plans/plan-in-currency.js'
import { defaultPlan, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { Assignment, HeldPlan } from './account-snapshot.js'

/** The plan of each group: the highest rank that is assigned at a moment, else the group's default. */
export function heldPlans(catalog: CatalogSnapshot, assignments: readonly Assignment[], at: Date): HeldPlan[] {
  const live = assignments.filter(
    ({ since, expiresAt }) => !isAfter(since, at) && (expiresAt === null || isAfter(expiresAt, at)),
  )
  return groupsOf(catalog).map((group) => heldPlan(catalog, group, live))
}

const groups = new WeakMap<CatalogSnapshot, readonly string[]>()

function groupsOf(catalog: CatalogSnapshot): readonly string[] {
  let known = groups.get(catalog)
  if (!known) {
    known = [...new Set([catalog.defaultGroup, ...catalog.plans.map((plan) => plan.group)])]
    groups.set(catalog, known)
  }
  return known
}

function heldPlan(catalog: CatalogSnapshot, group: string, assignments: readonly Assignment[]): HeldPlan {
  const candidates = assignments
    .flatMap((assignment) => {
      const plan = catalog.planByVersionId.get(assignment.planVersionId)
      return plan && assignment.groupCode === group
        ? [{ assignment, plan: planInCurrency(plan, assignment.currency) }]
        : []
    })
    .sort((left, right) => right.plan.rank - left.plan.rank || isComped(left) - isComped(right))
  return candidates[0] ?? { plan: defaultPlan(catalog, group), assignment: null }
}

/** A plan that is paid comes before the same plan free of charge. */
const isComped = ({ assignment }: { readonly assignment: Assignment }): number =>
  assignment.sourceType === 'comped' ? 1 : 0
