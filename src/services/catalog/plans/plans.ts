import { isOperator } from '#services/identity/model/guard.js'
import type { CatalogContext } from '../catalog-context.js'
import type { CatalogPlan } from '../snapshot/catalog-snapshot.js'

/** Plans for sale. Operators can include those that are no longer sold. */
export function visiblePlans(context: CatalogContext, includeInactive: boolean): CatalogPlan[] {
  const includesInactive = includeInactive && isOperator(context)
  return context.catalog.current().plans.filter((plan) => plan.active || includesInactive)
}

/** A plan by its code. Null if it does not exist, and if it is no longer sold and the caller is not an operator. */
export function visiblePlan(context: CatalogContext, code: string): CatalogPlan | null {
  const plan = context.catalog.current().planByCode.get(code)
  return plan && (plan.active || isOperator(context)) ? plan : null
}
