import type { CapPeriod } from '#entities/entitlements/spend-cap.entity.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { OverageCharge } from '#entities/entitlements/usage-price.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import { isAfter, isBefore } from '#services/kernel/clock/compare-dates.js'
import type { AccountSnapshot, SpendCap } from './account-snapshot.js'
import { buyerOf } from './account-snapshot.js'
import { windowOf } from './entitlement-sources.js'
import { billingPeriod, calendarMonth, type Window } from './quota-window.js'
import {
  addedCost,
  costWith,
  reservedCost,
  sumOfCharges,
  type PricedPart,
  type RequestedUse,
  type RoundedCost,
} from './cap-cost.js'
import type { Crossing } from './alert.js'
import { capDenial } from './cap-denial.js'
import type { CapState, ReachedCap } from './cap-state.js'

const DAY_MS = 86_400_000

export const NO_CAPS: readonly CapState[] = []
const NOTHING: RoundedCost = { used: 0, roundedUp: 0 }

/** User of units, if it is named: a sub-account that uses a pool, or a member of the account. */
export interface UnitUser {
  readonly subAccountId?: string | null
  readonly userId?: string | null
}

/** Pure: the caps of a feature at the snapshot's time: those of the account, and those of the sub-account or member that uses units. */
export function capStates(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  { subAccountId = null, userId = null }: UnitUser = {},
): CapState[] {
  return snapshot.caps
    .filter(
      (cap) =>
        cap.feature === feature.code &&
        (cap.subAccountId === null || cap.subAccountId === subAccountId) &&
        (cap.userId === null || cap.userId === userId) &&
        isCappable(catalog, cap),
    )
    .map((cap) => capState(snapshot, feature, cap))
}

/** Pure: all caps of an account, by feature and age: also those of members and sub-accounts, and those that are not enforced. */
export const allCapStates = (catalog: CatalogSnapshot, snapshot: AccountSnapshot): CapState[] =>
  snapshot.caps
    .flatMap((cap) => {
      const feature = catalog.features.get(cap.feature)
      return feature ? [capState(snapshot, feature, cap)] : []
    })
    .toSorted(
      ({ cap: left }, { cap: right }) => compareText(left.feature, right.feature) || compareText(left.id, right.id),
    )

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Pure: a cap with its use at the snapshot's time. */
export function capState(snapshot: AccountSnapshot, feature: FeatureDefinition, cap: SpendCap): CapState {
  const present = periodAt(snapshot, feature, cap.period)
  // A period never begins before one that has been counted, so a clock that is behind cannot start it again.
  const isCounted = !isBefore(cap.periodStart, present.start)
  const period = isCounted ? { start: cap.periodStart, end: present.end } : present
  const { used, roundedUp } = isCounted ? cap : NOTHING
  const { currency } = cap
  const reserved =
    currency === null ? reservedUnits(snapshot, cap) : reservedCost(snapshot, cap, { used, roundedUp }, currency)
  return { feature, cap, period, used, roundedUp, reserved, remaining: Math.max(0, cap.amount - used - reserved) }
}

/** Units of open reservations that count for a cap. */
function reservedUnits({ reservations, at }: AccountSnapshot, { feature, subAccountId, userId }: SpendCap): number {
  let reserved = 0
  for (const held of reservations)
    if (
      held.feature === feature &&
      (subAccountId === null || held.subAccountId === subAccountId) &&
      (userId === null || held.userId === userId) &&
      isAfter(held.expiresAt, at)
    )
      reserved += held.amount
  return reserved
}

/** A catalog that no longer lists the feature does not enforce its caps. */
const isCappable = ({ spendCaps, pools }: CatalogSnapshot, { feature, subAccountId }: SpendCap): boolean =>
  (subAccountId === null ? spendCaps : pools).includes(feature)

/** Pure: the period of a cap at the snapshot's time. */
export function periodAt(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  period: CapPeriod,
): Pick<Window, 'start' | 'end'> {
  const { at } = snapshot
  if (period === 'MONTH') return calendarMonth(at)
  if (period === 'BILLING_PERIOD') return billingPeriod(windowOf(snapshot, feature).anchor, at)
  const start = new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS)
  return { start, end: new Date(start.getTime() + DAY_MS) }
}

/** Pure: units of a feature that its caps in units still allow. Infinity without one. */
export const capRoom = (states: readonly CapState[]): number =>
  states.reduce((least, { cap, remaining }) => (cap.currency === null ? Math.min(least, remaining) : least), Infinity)

/**
 * Pure: the most units, up to an amount, whose cost the caps in money allow. `partsOf` returns the parts of units, and null if they
 * are not available.
 */
export function moneyRoom(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  states: readonly CapState[],
  amount: number,
  partsOf: (units: number) => ReturnType<RequestedUse['parts']> | null,
): number {
  const ofMoney = states.filter(({ cap }) => cap.currency !== null)
  const allows = (units: number): boolean => {
    const parts = partsOf(units)
    return parts !== null && reachedCaps(snapshot, feature, ofMoney, { amount: units, parts: () => parts }).length === 0
  }
  if (ofMoney.length === 0 || allows(amount)) return amount
  // The cost rises with the units, except at the end of a tier of volume prices: then fewer units can be found than are allowed, and never more.
  let [allowed, denied] = [0, amount]
  while (denied - allowed > 1) {
    const middle = Math.floor((allowed + denied) / 2)
    if (allows(middle)) allowed = middle
    else denied = middle
  }
  return allowed
}

/** Pure: denial of a use that a cap does not allow. Null if all of them allow it. A sub-account cannot raise a cap of its parent. */
export function spendCapDenial(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  states: readonly CapState[],
  use: RequestedUse,
  subAccountId: string | null = null,
): Refused | null {
  if (states.length === 0) return null
  const reached = reachedCaps(snapshot, feature, states, use)
  return capDenial(buyerOf(snapshot), feature, reached, { amount: use.amount, subAccountId })
}

/** Caps that allow less than a use counts for them: its units, or its cost. */
function reachedCaps(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  states: readonly CapState[],
  { amount, parts }: RequestedUse,
): ReachedCap[] {
  return states.flatMap((state) => {
    const { currency } = state.cap
    if (currency === null) return state.remaining < amount ? [{ ...state, requested: amount }] : []
    const used = parts()
    const requested = addedCost(snapshot, state, used, currency)
    if (state.remaining < requested) return [{ ...state, requested }]
    return reachedInOtherCurrency(snapshot, state, used)
  })
}

/** A cap in money allows nothing that is charged in another currency: there is no rate between both. */
function reachedInOtherCurrency(
  snapshot: AccountSnapshot,
  state: CapState,
  parts: readonly PricedPart[],
): ReachedCap[] {
  const currency = parts.find(({ overage }) => overage && overage.currency !== state.cap.currency)?.overage?.currency
  if (currency === undefined) return []
  const none = { ...state, cap: { ...state.cap, currency, amount: 0 }, ...NOTHING, reserved: 0, remaining: 0 }
  return [{ ...none, requested: addedCost(snapshot, none, parts, currency), inOtherCurrency: state.cap }]
}

/** Pure: the crossing of a level of a cap in a period. */
export const capCrossing = (
  { id, amount }: Pick<SpendCap, 'id' | 'amount'>,
  percent: number,
  used: number,
  windowStart: Date,
): Crossing => ({
  alertId: id,
  key: `${windowStart.toISOString()} ${percent}`,
  percent,
  base: amount,
  value: used,
  windowStart,
  windowEnd: null,
})

/** Pure: the caps after a use with its charges, and every level that it reached. */
export function spend(
  states: readonly CapState[],
  amount: number,
  charges: readonly OverageCharge[],
): { readonly caps: readonly SpendCap[]; readonly crossings: readonly Crossing[] } {
  const crossings: Crossing[] = []
  const caps = states.map((state): SpendCap => {
    const { cap, period, used: before } = state
    const { start: periodStart } = period
    const counted = countedWith(state, amount, charges)
    const { used } = counted
    for (const percent of cap.alertPercents)
      if (isReached(cap, used, percent) && !isReached(cap, before, percent))
        crossings.push(capCrossing(cap, percent, used, periodStart))
    return { ...cap, periodStart, ...counted }
  })
  return { caps, crossings }
}

/** Units or cost of a cap after a use. */
function countedWith(
  { cap: { currency, userId }, used, roundedUp }: CapState,
  amount: number,
  charges: readonly OverageCharge[],
): RoundedCost {
  if (currency === null) return { used: used + amount, roundedUp }
  if (userId !== null) return costWith({ used, roundedUp }, charges, currency)
  // The rounded cost of returned units can differ from that of their use.
  return { used: Math.max(0, used + sumOfCharges(charges, currency)), roundedUp }
}

/** Without an overflow: an amount is at most 10^12. A cap of 0 has no levels. */
export const isReached = ({ amount }: Pick<SpendCap, 'amount'>, used: number, percent: number): boolean =>
  amount > 0 && used * 100 >= amount * percent
