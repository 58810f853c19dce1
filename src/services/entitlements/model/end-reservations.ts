import type { ReservationTerms } from '#entities/entitlements/reservation.entity.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { overageKey } from './overage.js'
import type { AccountSnapshot } from './account-snapshot.js'

/** Units that reservations held, and those of them that they consume. */
interface EndedUnits {
  readonly reserved: number
  readonly used: number
}

const NONE: EndedUnits = { reserved: 0, used: 0 }

/** Pure: the snapshot without reservations that have ended by its time: their units are released, or consumed as their terms say. */
export function endReservations(snapshot: AccountSnapshot): AccountSnapshot {
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
        if (overage) add(ofOverage, overageKey({ feature, windowStart, windowEnd, tariff: overage.tariff }), ended)
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
