import { isOperator } from '#services/identity/guard/guard.js'
import type { CatalogContext } from '../catalog-context.js'
import { findPackage, listPackages, type PackageForSale } from '../packages/packages-for-sale.js'
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

/** Like `visiblePlans`, for packages. */
export function visiblePackages(
  context: CatalogContext,
  { type, includeInactive }: { readonly type: PackageForSale['type'] | null; readonly includeInactive: boolean },
): PackageForSale[] {
  return listPackages(context.catalog.current(), { type, includeInactive: includeInactive && isOperator(context) })
}

/** Like `visiblePlan`, for packages. */
export function visiblePackage(context: CatalogContext, code: string): PackageForSale | null {
  const sold = findPackage(context.catalog.current(), code)
  return sold && (sold.active || isOperator(context)) ? sold : null
}
