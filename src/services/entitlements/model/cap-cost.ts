import type { HeldPart } from '#entities/entitlements/reservation.entity.js'
import type { OverageCharge, OveragePrice } from '#entities/entitlements/usage-price.js'
import { exactCost } from '#services/catalog/tariffs/price-units.js'
import { BILLIONTHS } from '#services/catalog/tariffs/tariff.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { AccountSnapshot, SpendCap } from './account-snapshot.js'
import { chargesFor, highestCost, type OverageUnits } from './overage.js'
import type { Window } from './quota-window.js'
import type { CapState } from './cap-state.js'

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

/** Cost of a member in the smallest unit of a currency, rounded up. */
export interface RoundedCost {
  readonly used: number
  /** Billionths of the smallest unit by which it is rounded up. */
  readonly roundedUp: number
}

/** Pure: an exact cost in billionths of the smallest unit. */
export function roundUp(exact: bigint): RoundedCost {
  // Units that were used in an earlier period can be returned in a later one.
  const cost = exact > 0n ? exact : 0n
  const used = (cost + BILLIONTHS - 1n) / BILLIONTHS
  return { used: Number(used), roundedUp: Number(used * BILLIONTHS - cost) }
}

/** Pure: a cost with that of further charges. */
export const costWith = (
  { used, roundedUp }: RoundedCost,
  charges: readonly OverageCharge[],
  currency: string,
): RoundedCost => roundUp(BigInt(used) * BILLIONTHS - BigInt(roundedUp) + exactSum(charges, currency))

/** Exact cost of charges in billionths of the smallest unit: each is the difference that its units make. */
function exactSum(charges: readonly OverageCharge[], currency: string): bigint {
  let sum = 0n
  for (const { currency: charged, tariff, before, units } of charges)
    if (charged === currency) sum += exactCost(tariff, before + units) - exactCost(tariff, before)
  return sum
}

/** Pure: cost that open reservations have when they are committed: those of a member, or all of a feature. */
export function reservedCost(
  snapshot: AccountSnapshot,
  { feature, userId }: SpendCap,
  counted: RoundedCost,
  currency: string,
): number {
  const reserved = chargesFor(snapshot, feature, reservedUnits(snapshot, feature, userId))
  if (userId !== null) return costWith(counted, reserved, currency).used - counted.used
  return sumOfCharges(reserved, currency)
}

/**
 * Pure: cost of a use after all open reservations, rounded up, so that units times price never exceed a cap. What is used and reserved counts
 * at its charge, in differences of rounded sums: the cost of what is used, reserved and added is the same in any order of the commits.
 */
export function addedCost(
  snapshot: AccountSnapshot,
  { cap: { feature, userId }, reserved: reservedMinor, ...counted }: CapState,
  parts: readonly PricedPart[],
  currency: string,
): number {
  if (!parts.some(({ overage }) => overage)) return 0
  const reserved = reservedUnits(snapshot, feature, userId)
  const all = [...reserved, ...parts.map(({ window, overage, amount }) => ({ window, overage, units: amount }))]
  if (userId !== null)
    return costWith(counted, chargesFor(snapshot, feature, all), currency).used - counted.used - reservedMinor
  return highestCost(snapshot, feature, all, currency) - sumOfCharges(chargesFor(snapshot, feature, reserved), currency)
}

/** Units beyond the allowance that open reservations hold: those of a member, or all. */
const reservedUnits = ({ reservations, at }: AccountSnapshot, feature: string, userId: string | null): OverageUnits[] =>
  reservations.flatMap((held) =>
    held.feature === feature && (userId === null || held.userId === userId) && isAfter(held.expiresAt, at)
      ? held.parts.flatMap(toOverageUnits)
      : [],
  )

function toOverageUnits({ windowStart, windowEnd, overage, amount }: HeldPart): OverageUnits[] {
  if (!overage || windowStart === null || windowEnd === null) return []
  return [{ window: { start: new Date(windowStart), end: new Date(windowEnd) }, overage, units: amount }]
}
