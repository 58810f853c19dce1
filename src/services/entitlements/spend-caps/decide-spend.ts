import type { SpendCapPeriod } from '#entities/entitlements/spend-cap.entity.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, remedy, type Refused, type Remedy } from '#services/kernel/denials/denial.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { AccountSnapshot, SpendCap } from '../snapshot/account-snapshot.js'
import { windowOf } from '../snapshot/entitlement-sources.js'
import { billingPeriod, calendarMonth, type Window } from '../snapshot/quota-window.js'

const DAY_MS = 86_400_000

/** A cap with its use in the present period. */
export interface CapState {
  readonly cap: SpendCap
  readonly period: Pick<Window, 'start' | 'end'>
  readonly used: number
  /** Units of open reservations. They count until they are released. */
  readonly reserved: number
  readonly remaining: number
}

export const NO_CAPS: readonly CapState[] = []

/** Pure: the caps of a feature at the snapshot's time. */
export function capStates(catalog: CatalogSnapshot, snapshot: AccountSnapshot, feature: FeatureDefinition): CapState[] {
  const caps = snapshot.caps.filter((cap) => cap.feature === feature.code && isCappable(catalog, cap.feature))
  if (caps.length === 0) return []
  let reserved = 0
  for (const held of snapshot.reservations)
    if (held.feature === feature.code && isAfter(held.expiresAt, snapshot.at)) reserved += held.amount
  return caps.map((cap) => {
    const period = periodAt(snapshot, feature, cap.period)
    const used = cap.periodStart.getTime() === period.start.getTime() ? cap.used : 0
    return { cap, period, used, reserved, remaining: Math.max(0, cap.amount - used - reserved) }
  })
}

/** A catalog that no longer lists the feature does not enforce its caps. */
const isCappable = ({ spendCaps }: CatalogSnapshot, feature: string): boolean => spendCaps.includes(feature)

/** Pure: the period of a cap at the snapshot's time. */
export function periodAt(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  period: SpendCapPeriod,
): Pick<Window, 'start' | 'end'> {
  const { at } = snapshot
  if (period === 'MONTH') return calendarMonth(at)
  if (period === 'BILLING_PERIOD') return billingPeriod(windowOf(snapshot, feature).anchor, at)
  const start = new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS)
  return { start, end: new Date(start.getTime() + DAY_MS) }
}

/** Pure: units of a feature that its caps still allow. Infinity without a cap. */
export const capRoom = (states: readonly CapState[]): number =>
  states.reduce((least, { remaining }) => Math.min(least, remaining), Infinity)

/** Pure: denial of more units than a cap allows. Null if all of them allow it. */
export function spendCapDenial(
  feature: FeatureDefinition,
  states: readonly CapState[],
  amount: number,
): Refused | null {
  const reached = states
    .filter(({ remaining }) => remaining < amount)
    // Waiting for the last of them is enough for all.
    .sort((left, right) => right.period.end.getTime() - left.period.end.getTime())
  const [first] = reached
  if (!first) return null
  const { cap, used, reserved, period } = first
  const owner = cap.setter === 'OPERATOR' ? 'The cap of the operator' : 'Your cap'
  return refused(
    'SPEND_CAP_REACHED',
    `${owner} of ${cap.amount} ${feature.name} units per ${PERIODS[cap.period]} allows ${first.remaining} more until ${period.end.toISOString()}: ${used} used${reserved ? `, ${reserved} reserved` : ''}, ${amount} requested.`,
    { remedies: remediesOf(feature, reached, amount) },
  )
}

export const PERIODS: Record<SpendCapPeriod, string> = {
  DAY: 'day',
  MONTH: 'month',
  BILLING_PERIOD: 'billing period',
}

function remediesOf(feature: FeatureDefinition, reached: readonly CapState[], amount: number): Remedy[] {
  const [{ period }] = reached as [CapState]
  const isEnoughLater = reached.every(({ cap, reserved }) => amount + reserved <= cap.amount)
  const raised = reached.filter(({ cap }) => cap.setter === 'ACCOUNT')
  const [only] = raised
  return [
    ...(isEnoughLater ? [remedy('WAIT', 'Wait until the cap starts again', { at: period.end })] : []),
    // Raising one cap helps if no other one denies.
    ...(only && reached.length === 1
      ? [
          remedy('RAISE_SPEND_CAP', `Raise the cap of ${feature.name} per ${PERIODS[only.cap.period]}`, {
            mutation: 'setSpendCap',
            spendCap: {
              feature: feature.code,
              period: only.cap.period,
              amount: only.used + only.reserved + amount,
            },
          }),
        ]
      : []),
  ]
}

/** A level of a cap that a use reached. */
export interface ReachedLevel {
  readonly capId: string
  readonly periodStart: Date
  readonly percent: number
  readonly used: number
}

/** Pure: the caps after a use, and every level that it reached. */
export function spend(
  states: readonly CapState[],
  amount: number,
): { readonly caps: readonly SpendCap[]; readonly reached: readonly ReachedLevel[] } {
  const reached: ReachedLevel[] = []
  const caps = states.map(({ cap, period: { start }, used: before }): SpendCap => {
    const used = before + amount
    for (const percent of cap.alertPercents)
      if (isReached(cap, used, percent) && !isReached(cap, before, percent))
        reached.push({ capId: cap.id, periodStart: start, percent, used })
    return { ...cap, periodStart: start, used }
  })
  return { caps, reached }
}

/** Without an overflow: an amount is at most 10^12. */
export const isReached = ({ amount }: Pick<SpendCap, 'amount'>, used: number, percent: number): boolean =>
  used * 100 >= amount * percent
