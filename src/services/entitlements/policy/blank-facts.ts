import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { heldPlans, type RightsFacts } from '../rights/facts.js'

/** What can be said of an account of which nothing is known: it has what everybody has. Version 0 says that nothing was read. */
export function blankFacts(catalog: CatalogSnapshot, accountId: string, at: Date): RightsFacts {
  return {
    accountId,
    accountName: '',
    version: 0,
    createdAt: at,
    at,
    assignments: [],
    held: heldPlans(catalog, [], at),
    packages: [],
    overrides: [],
    grants: [],
    usage: [],
    allocated: {},
    reservations: [],
    debts: {},
    members: [],
    sweepAt: null,
  }
}
