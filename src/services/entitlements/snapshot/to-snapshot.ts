import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { NO_SUB_ACCOUNTS, type AccountSnapshot } from '../model/account-snapshot.js'
import { heldPlans } from '../model/held-plans.js'
import { maxWindowMs } from './max-window.js'
import {
  toAlert,
  toAssignment,
  toGrant,
  toMemberCount,
  toOverride,
  toPackages,
  toOverageThreshold,
  toOverageUsage,
  toRatedUsage,
  toReservation,
  toSpendCap,
  toUnitsHold,
  toWindowUse,
} from './parse-snapshot.js'
import type { SnapshotParameters, SnapshotRow } from './snapshot.sql.js'

/** Parameters of statements that read snapshots. */
export const snapshotParameters = (catalog: CatalogSnapshot, at: Date): SnapshotParameters => ({
  at,
  membersSince: new Date(at.getTime() - maxWindowMs(catalog)),
})

/** The snapshot of a row. What has rolled over since it was last written is not in it. */
export function toSnapshot(
  { id, name, version, createdAt, timeZone, state }: SnapshotRow,
  catalog: CatalogSnapshot,
  at: Date,
): AccountSnapshot {
  const assignments = (state.assignments ?? []).map(toAssignment)
  return {
    accountId: id,
    accountName: name,
    version,
    createdAt,
    timeZone,
    at,
    assignments,
    past: (state.past ?? []).map(toAssignment),
    held: heldPlans(catalog, assignments, at),
    packages: toPackages(catalog, state.packages ?? []),
    overrides: (state.overrides ?? []).map(toOverride),
    grants: (state.grants ?? []).map(toGrant),
    usage: (state.usage ?? []).map(toWindowUse),
    overage: catalog.hasOverage && state.overage !== undefined ? (state.overage ?? []).map(toOverageUsage) : null,
    overageThreshold: toOverageThreshold(state),
    unitsHold: toUnitsHold(state),
    rolled: catalog.hasRollover ? { until: at, unwritten: [], writtenDebts: null } : null,
    rated: state.rated?.map(toRatedUsage) ?? [],
    caps: state.caps?.map(toSpendCap) ?? [],
    alerts: state.alerts?.map(toAlert) ?? [],
    allocated: state.allocated ?? {},
    reservations: (state.reservations ?? []).map(toReservation),
    debts: state.debts ?? {},
    members: (state.members ?? []).map(toMemberCount),
    sweepAt: state.sweepAt ? new Date(state.sweepAt) : null,
    parentId: state.parentId ?? null,
    subAccounts: state.subAccounts ? new Set(state.subAccounts) : NO_SUB_ACCOUNTS,
    pool: null,
  }
}
