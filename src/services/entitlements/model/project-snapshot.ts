import type { ReservationTerms } from '#entities/entitlements/reservation.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { overageKey } from './overage.js'
import { snapshotAt, type AccountSnapshot } from './account-snapshot.js'

/**
 * Pure: the snapshot at a later time without further changes: expired reservations are released, or consumed as their terms say. Not for
 * decisions that are written: there a reservation ends by its own entry, and would end twice.
 */
export const projectSnapshot = (catalog: CatalogSnapshot, snapshot: AccountSnapshot, at: Date): AccountSnapshot =>
  withoutExpiredReservations(snapshotAt(catalog, snapshot, at))

/** Units that reservations held, and those of them that they consume. */
interface EndedUnits {
  readonly reserved: number
  readonly used: number
}

const NONE: EndedUnits = { reserved: 0, used: 0 }

function withoutExpiredReservations(snapshot: AccountSnapshot): AccountSnapshot {
  const over = snapshot.reservations.filter(({ expiresAt }) => !isAfter(expiresAt, snapshot.at))
  if (over.length === 0) return snapshot
  const ofGrants = new Map<string, EndedUnits>()
  const ofWindows = new Map<string, EndedUnits>()
  const ofOverage = new Map<string, EndedUnits>()
  for (const { feature, parts, amount: reserved, terms } of over) {
    let left = usedAtEnd(reserved, terms)
    for (const { grantId, windowStart: start, windowEnd: end, amount, overage } of parts) {
      const ended = { reserved: amount, used: Math.min(left, amount) }
      left -= ended.used
      if (grantId) add(ofGrants, grantId, ended)
      else if (start && end) {
        const [windowStart, windowEnd] = [new Date(start), new Date(end)]
        if (overage)
          add(ofOverage, overageKey({ feature, windowStart, windowEnd, unitPrice: overage.unitPrice }), ended)
        else add(ofWindows, windowKey(feature, windowStart, windowEnd), ended)
      }
    }
  }
  return {
    ...snapshot,
    reservations: snapshot.reservations.filter((held) => !over.includes(held)),
    grants: snapshot.grants.map((grant) => withEnded(grant, ofGrants.get(grant.id))),
    usage: snapshot.usage.map((use) =>
      withEnded(use, ofWindows.get(windowKey(use.feature, use.windowStart, use.windowEnd))),
    ),
    overage: snapshot.overage?.map((use) => withEnded(use, ofOverage.get(overageKey(use)))) ?? null,
  }
}

/** Units that a reservation consumes at its end. The price of estimated work can be another by then, if the tiers of other work are. */
const usedAtEnd = (reserved: number, terms: ReservationTerms | null): number =>
  terms?.onExpiry === undefined ? 0 : terms.onExpiry === 'COMMIT' ? reserved : (terms.estimate ?? reserved)

const withEnded = <Counted extends EndedUnits>(counted: Counted, ended: EndedUnits | undefined): Counted =>
  ended ? { ...counted, reserved: counted.reserved - ended.reserved, used: counted.used + ended.used } : counted

const windowKey = (feature: string, start: Date, end: Date): string => `${feature} ${start.getTime()} ${end.getTime()}`

function add(sums: Map<string, EndedUnits>, key: string, { reserved, used }: EndedUnits): void {
  const before = sums.get(key) ?? NONE
  sums.set(key, { reserved: before.reserved + reserved, used: before.used + used })
}
