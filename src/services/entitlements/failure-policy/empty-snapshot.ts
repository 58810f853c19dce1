import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { heldPlans, type AccountSnapshot } from '../snapshot/account-snapshot.js'

/** What can be said of an account of which nothing is known: it has what everybody has. Version 0 says that nothing was read. */
export function emptySnapshot(catalog: CatalogSnapshot, accountId: string, at: Date): AccountSnapshot {
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
