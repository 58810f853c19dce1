import type { Remedy } from '#services/kernel/denials/denial.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { contactSales } from './check-addon.js'
import type { Entitlement } from './entitlement.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { cheapestFirst } from './costed-remedy.js'
import { packageRemedies } from './package-remedies.js'
import { planRemedies } from './plan-remedies.js'
import { waitRemedy } from './wait-remedy.js'

/**
 * Pure: remedies that would make the amount of a feature available, cheapest first: waiting for the window to end, a
 * higher plan or more units of the current one, an add-on, a pack; otherwise a contact.
 */
export function decideRemedies(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): Remedy[] {
  const wait = waitRemedy(catalog, snapshot, entitlement, amount)
  const purchased = cheapestFirst(catalog, [
    ...packageRemedies(catalog, snapshot, entitlement, amount),
    ...planRemedies(catalog, snapshot, entitlement, amount),
  ])
  if (purchased.length > 0) return [...wait, ...purchased]
  return [...wait, ...catalog.packages.filter(({ active, type }) => active && type === 'ENTERPRISE').map(contactSales)]
}
