import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { remedy, type Remedy } from '#services/kernel/denials/denial.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { availableUnits, type Entitlement } from './entitlement.js'
import { evaluateFeature } from './evaluate-entitlements.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { projectSnapshot } from './project-snapshot.js'

/**
 * Pure: the first time at which the amount of a quota becomes available by waiting. Evaluates the snapshot at that
 * time: a sliding window releases one usage after another, an exhausted grant never returns, and a grant or plan can
 * have ended by then.
 */
export function waitRemedy(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): Remedy[] {
  const { feature } = entitlement
  if (feature.kind !== 'QUOTA') return []
  const at = givingBack(snapshot, entitlement).find((moment) => {
    const remaining = availableUnits(evaluateFeature(catalog, projectSnapshot(catalog, snapshot, moment), feature))
    return remaining === null || remaining >= amount
  })
  return at ? [remedy('WAIT', 'Wait until the quota resets', { at })] : []
}

/** When use stops counting, ascending: the ends of the uses, and of the window for what it will give then. */
function givingBack(snapshot: AccountSnapshot, { feature, resetsAt }: Entitlement): Date[] {
  const ends = snapshot.usage.filter((use) => use.feature === feature.code).map(({ windowEnd }) => windowEnd.getTime())
  return [...new Set([...ends, ...(resetsAt ? [resetsAt.getTime()] : [])])]
    .toSorted((left, right) => left - right)
    .map((moment) => new Date(moment))
    .filter((moment) => isAfter(moment, snapshot.at))
}
