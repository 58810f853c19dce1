import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { heldPlans, NO_SUB_ACCOUNTS, type AccountSnapshot } from '../model/account-snapshot.js'

/** Snapshot of an account without any data: the default entitlements. Version 0 states that nothing was read. */
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
    overage: null,
    unitsHold: null,
    rated: [],
    caps: [],
    levels: [],
    usageAlerts: [],
    allocated: {},
    reservations: [],
    debts: {},
    members: [],
    sweepAt: null,
    parentId: null,
    subAccounts: NO_SUB_ACCOUNTS,
    pool: null,
  }
}
