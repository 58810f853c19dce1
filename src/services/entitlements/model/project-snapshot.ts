import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { overageKey } from './overage.js'
import { snapshotAt, type AccountSnapshot } from './account-snapshot.js'

/**
 * Pure: the snapshot at a later time without further changes: expired reservations are released. Not for decisions that
 * are written: there a reservation is released by its own entry, and would be released twice.
 */
export const projectSnapshot = (catalog: CatalogSnapshot, snapshot: AccountSnapshot, at: Date): AccountSnapshot =>
  withoutExpiredReservations(snapshotAt(catalog, snapshot, at))

function withoutExpiredReservations(snapshot: AccountSnapshot): AccountSnapshot {
  const over = snapshot.reservations.filter(({ expiresAt }) => !isAfter(expiresAt, snapshot.at))
  if (over.length === 0) return snapshot
  const ofGrants = new Map<string, number>()
  const ofWindows = new Map<string, number>()
  const ofOverage = new Map<string, number>()
  for (const { feature, parts } of over)
    for (const { grantId, windowStart: start, windowEnd: end, amount, overage } of parts)
      if (grantId) add(ofGrants, grantId, amount)
      else if (start && end) {
        const [windowStart, windowEnd] = [new Date(start), new Date(end)]
        if (overage)
          add(ofOverage, overageKey({ feature, windowStart, windowEnd, unitPrice: overage.unitPrice }), amount)
        else add(ofWindows, windowKey(feature, windowStart, windowEnd), amount)
      }
  return {
    ...snapshot,
    reservations: snapshot.reservations.filter((held) => !over.includes(held)),
    grants: snapshot.grants.map((grant) => ({ ...grant, reserved: grant.reserved - (ofGrants.get(grant.id) ?? 0) })),
    usage: snapshot.usage.map((use) => {
      const returned = ofWindows.get(windowKey(use.feature, use.windowStart, use.windowEnd)) ?? 0
      return { ...use, reserved: use.reserved - returned }
    }),
    overage:
      snapshot.overage?.map((use) => ({ ...use, reserved: use.reserved - (ofOverage.get(overageKey(use)) ?? 0) })) ??
      null,
  }
}

const windowKey = (feature: string, start: Date, end: Date): string => `${feature} ${start.getTime()} ${end.getTime()}`

const add = (sums: Map<string, number>, key: string, amount: number) => sums.set(key, (sums.get(key) ?? 0) + amount)
