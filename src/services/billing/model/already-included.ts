import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, remedy, type Refused, type Remedy } from '#services/kernel/denials/denial.js'

/** Pure: the plan without an end that makes a payment for `plan` unnecessary: the same plan, or a higher one of its group. */
export const includedIn = (
  lifetimes: readonly CatalogPlan[],
  { group, rank }: Pick<CatalogPlan, 'group' | 'rank'>,
): CatalogPlan | undefined => lifetimes.find((owned) => owned.group === group && owned.rank >= rank)

/**
 * Pure: denial of every act that would charge for a plan that the account has without an end: a start, a resumption, a change. Null if it has
 * none that includes `plan`.
 */
export function alreadyIncluded(
  lifetimes: readonly CatalogPlan[],
  plan: CatalogPlan,
  remedies: Remedy[] = [],
): Refused | null {
  const owned = includedIn(lifetimes, plan)
  if (!owned) return null
  return refused(
    'ALREADY_INCLUDED',
    `The account has bought ${owned.name} for its lifetime, so it can only add a higher plan.`,
    { field: 'plan', remedies },
  )
}

/** Remedy for the subscriber of an included plan: the subscription ends, and the plan without an end stays. */
export const withoutSubscription = ({ cancelAt }: { readonly cancelAt: Date | null }): Remedy =>
  cancelAt
    ? remedy('WAIT', 'Let the subscription end', { at: cancelAt })
    : remedy('CHANGE_PLAN', 'Cancel the subscription', { mutation: 'cancelSubscription' })
