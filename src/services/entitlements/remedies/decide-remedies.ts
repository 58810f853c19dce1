import type { Remedy } from '../../kernel/denials/denial.js'
import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { contactSales } from '../packages/check-addon.js'
import type { Entitlement } from '../snapshot/entitlement.js'
import type { AccountSnapshot } from '../snapshot/account-snapshot.js'
import { cheapestFirst } from './costed-remedy.js'
import { packageRemedies } from './package-remedies.js'
import { planRemedies } from './plan-remedies.js'
import { waitRemedy } from './wait-remedy.js'

/**
 * Pure: everything that would let the account use so many of a feature, cheapest first: waiting for the window to end, a larger plan
 * or more of the present one, an add-on, a pack; and where nothing of that would do, whom to ask.
 */
export function decideRemedies(
  catalog: CatalogSnapshot,
  facts: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): Remedy[] {
  const wait = waitRemedy(catalog, facts, entitlement, amount)
  const bought = cheapestFirst(catalog, [
    ...packageRemedies(catalog, facts, entitlement, amount),
    ...planRemedies(catalog, facts, entitlement, amount),
  ])
  if (bought.length > 0) return [...wait, ...bought]
  return [...wait, ...catalog.packages.filter(({ active, type }) => active && type === 'ENTERPRISE').map(contactSales)]
}
