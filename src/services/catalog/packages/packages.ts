import { isOperator } from '#services/identity/model/guard.js'
import type { CatalogContext } from '../catalog-context.js'
import { findPackage, listPackages, type PackageForSale } from './packages-for-sale.js'

/** Packages for sale. Operators can include those that are no longer sold. */
export function visiblePackages(
  context: CatalogContext,
  { type, includeInactive }: { readonly type: PackageForSale['type'] | null; readonly includeInactive: boolean },
): PackageForSale[] {
  return listPackages(context.catalog.current(), { type, includeInactive: includeInactive && isOperator(context) })
}

/** A package by its code. Null if it does not exist, and if it is no longer sold and the caller is not an operator. */
export function visiblePackage(context: CatalogContext, code: string): PackageForSale | null {
  const sold = findPackage(context.catalog.current(), code)
  return sold && (sold.active || isOperator(context)) ? sold : null
}
