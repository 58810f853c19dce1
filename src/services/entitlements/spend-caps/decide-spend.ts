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

/** Pure: the caps of a feature at the snapshot's time: those of the account, and those of a sub-account that uses its pool. */
export function capStates(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  subAccountId: string | null = null,
): CapState[] {
  const caps = snapshot.caps.filter(
    (cap) =>
      (cap.subAccountId === null || cap.subAccountId === subAccountId) &&
      cap.feature === feature.code &&
      isCappable(catalog, cap),
  )
  if (caps.length === 0) return []
  return caps.map((cap) => {
    const reserved = reservedUnits(snapshot, cap)
    const period = periodAt(snapshot, feature, cap.period)
    const used = cap.periodStart.getTime() === period.start.getTime() ? cap.used : 0
    return { cap, period, used, reserved, remaining: Math.max(0, cap.amount - used - reserved) }
  })
}

/** Units of open reservations that count for a cap. */
function reservedUnits({ reservations, at }: AccountSnapshot, { feature, subAccountId }: SpendCap): number {
  let reserved = 0
  for (const held of reservations)
    if (
      held.feature === feature &&
      (subAccountId === null || held.subAccountId === subAccountId) &&
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

/** Pure: denial of more units than a cap allows. Null if all of them allow it. A sub-account cannot raise a cap of its parent. */
export function spendCapDenial(
  feature: FeatureDefinition,
  states: readonly CapState[],
  amount: number,
  subAccountId: string | null = null,
): Refused | null {
  const reached = states
    .filter(({ remaining }) => remaining < amount)
    // Waiting for the last of them is enough for all.
    .sort((left, right) => right.period.end.getTime() - left.period.end.getTime())
  const [first] = reached
  if (!first) return null
  const { cap, used, reserved, period } = first
  return refused(
    'SPEND_CAP_REACHED',
    `${ownerText(cap, subAccountId)} of ${cap.amount} ${feature.name} units per ${PERIODS[cap.period]} allows ${first.remaining} more until ${period.end.toISOString()}: ${used} used${reserved ? `, ${reserved} reserved` : ''}, ${amount} requested.`,
    { remedies: remediesOf(feature, reached, { amount, subAccountId }) },
  )
}

function ownerText({ setter, subAccountId: limited }: SpendCap, subAccountId: string | null): string {
  if (limited !== null) return 'The limit of this account in the pool'
  if (setter === 'OPERATOR') return 'The cap of the operator'
  return subAccountId === null ? 'Your cap' : 'The cap of the pool'
}

/** Step of a sub-account that its parent account has to take. */
export const askParent = (): Remedy => remedy('ASK_PARENT', 'Ask an owner of the parent account for more')

export const PERIODS: Record<SpendCapPeriod, string> = {
  DAY: 'day',
  MONTH: 'month',
  BILLING_PERIOD: 'billing period',
}

function remediesOf(
  feature: FeatureDefinition,
  reached: readonly CapState[],
  { amount, subAccountId }: { readonly amount: number; readonly subAccountId: string | null },
): Remedy[] {
  const [{ period }] = reached as [CapState]
  const isEnoughLater = reached.every(({ cap, reserved }) => amount + reserved <= cap.amount)
  const wait = isEnoughLater ? [remedy('WAIT', 'Wait until the cap starts again', { at: period.end })] : []
  if (subAccountId !== null) return [...wait, askParent()]
  const raised = reached.filter(({ cap }) => cap.setter === 'ACCOUNT')
  const [only] = raised
  return [
    ...wait,
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
