import type { HeldPart } from '#entities/entitlements/reservation.entity.js'
import type { OverageCharge, OveragePrice } from '#entities/entitlements/usage-price.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { AccountSnapshot } from '../snapshot/account-snapshot.js'
import { chargesFor, type OverageUnits } from '../snapshot/overage.js'
import type { Window } from '../snapshot/quota-window.js'

/** A part of a use. Only units beyond the allowance have a price. */
export interface PricedPart {
  readonly window: Pick<Window, 'start' | 'end'> | null
  readonly overage?: OveragePrice | undefined
  readonly amount: number
}

/** A use that is requested. */
export interface RequestedUse {
  readonly amount: number
  /** Its parts. Read only if there is a cap in money. */
  readonly parts: () => readonly PricedPart[]
}

/** Pure: sum of charges in a currency, in its smallest unit. */
export function sumOfCharges(charges: readonly OverageCharge[], currency: string): number {
  let sum = 0
  for (const charge of charges) if (charge.currency === currency) sum += charge.amountMinor
  return sum
}

/** Pure: cost that open reservations of a feature have when they are committed. */
export const reservedCost = (snapshot: AccountSnapshot, feature: string, currency: string): number =>
  sumOfCharges(chargesFor(snapshot, feature, reservedUnits(snapshot, feature)), currency)

/**
 * Pure: cost of a use after all open reservations. Costs are differences of rounded sums, so the cost of what is used, reserved and
 * added is the same in any order of the commits.
 */
export function addedCost(
  snapshot: AccountSnapshot,
  feature: string,
  parts: readonly PricedPart[],
  currency: string,
): number {
  if (!parts.some(({ overage }) => overage)) return 0
  const reserved = reservedUnits(snapshot, feature)
  const added = parts.map(({ window, overage, amount }) => ({ window, overage, units: amount }))
  const after = sumOfCharges(chargesFor(snapshot, feature, [...reserved, ...added]), currency)
  return after - sumOfCharges(chargesFor(snapshot, feature, reserved), currency)
}

/** Units beyond the allowance that open reservations hold. */
const reservedUnits = ({ reservations, at }: AccountSnapshot, feature: string): OverageUnits[] =>
  reservations.flatMap((held) =>
    held.feature === feature && isAfter(held.expiresAt, at) ? held.parts.flatMap(toOverageUnits) : [],
  )

function toOverageUnits({ windowStart, windowEnd, overage, amount }: HeldPart): OverageUnits[] {
  if (!overage || windowStart === null || windowEnd === null) return []
  return [{ window: { start: new Date(windowStart), end: new Date(windowEnd) }, overage, units: amount }]
}
