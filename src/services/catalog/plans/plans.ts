import { isOperator } from '#services/identity/model/guard.js'
import type { CatalogContext } from '../catalog-context.js'
import type { CatalogPlan } from '../snapshot/catalog-snapshot.js'

/** Plans for sale. Operators can include those that are no longer sold. */
export function visiblePlans(context: CatalogContext, includeInactive: boolean): CatalogPlan[] {
  const includesInactive = includeInactive && isOperator(context)
  return context.catalog.current().plans.filter((plan) => plan.active || includesInactive)
}

/** A plan by its code. One that is no longer sold stays visible: accounts can still have it. Null if it does not exist. */
export const plan = ({ catalog }: CatalogContext, code: string): CatalogPlan | null =>
  catalog.current().planByCode.get(code) ?? null
