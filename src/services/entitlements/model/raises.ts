import type { Raise } from '#entities/entitlements/raise.js'
import { isSliding } from '#services/catalog/definition/parse-quota-window.js'
import type { QuotaWindow } from '#services/catalog/definition/types.js'
import type { CatalogPlanFeature } from '#services/catalog/snapshot/catalog-snapshot.js'
import { slidingMs, windowAt } from './quota-window.js'

/** A change within a paid period: the time from which its money counts, and the period. */
export interface RaiseTime {
  readonly at: Date
  readonly periodStart: Date
  readonly periodEnd: Date
  /** Payments for the period and for changes within it: units whose payment was returned are taken first. Default: none was returned. */
  readonly payments?: readonly PaymentOfUnits[]
}

/** A payment for a period, or for a change within it. */
export interface PaymentOfUnits {
  /** Time of the change that it paid for. Null for the period itself. */
  readonly changedAt: Date | null
  readonly returned: boolean
}

/** The window in which a feature is counted, and the time at which it is looked at. */
export interface CountedWindow {
  readonly window: QuotaWindow | null
  readonly anchor: Date
  readonly timeZone: string | null
  readonly at: Date
}

/** Units of each quota and of each plan credit. Features without a limit are left out. */
export type Amounts = ReadonlyMap<string, number>

const DAY_MS = 86_400_000

/** Pure: the units that terms grant, by feature. Only what is used up is granted in proportion to money. */
export function amountsOf(
  granted: readonly CatalogPlanFeature[],
  amountOf: (granted: CatalogPlanFeature) => number | null,
): Amounts {
  return new Map(
    granted.flatMap((one) => {
      const { feature, enabled, unlimited } = one
      const isUsedUp = feature.kind === 'QUOTA' || feature.kind === 'CREDIT'
      return enabled && isUsedUp ? [[feature.code, unlimited ? Infinity : (amountOf(one) ?? 0)] as const] : []
    }),
  )
}

/**
 * Pure: the raises of a paid period after another change. What it adds is a raise; what it takes is taken from the units whose payment was returned,
 * and then from the last raises first, as if they had added less.
 */
export function raisesAfter(
  earlier: readonly Raise[],
  before: Amounts,
  after: Amounts,
  { at, periodStart, periodEnd, payments = [] }: RaiseTime,
): Raise[] {
  const added: Record<string, number> = {}
  let raises = earlier.filter((raise) => Date.parse(raise.periodEnd) > periodStart.getTime())
  for (const feature of new Set([...before.keys(), ...after.keys()])) {
    const whole = before.get(feature) ?? 0
    const difference = (after.get(feature) ?? 0) - whole
    if (!Number.isFinite(difference)) continue
    if (difference > 0) added[feature] = difference
    if (difference < 0) raises = takenFrom(raises, feature, { whole, units: -difference, payments })
  }
  const times = { at: at.toISOString(), periodStart: periodStart.toISOString(), periodEnd: periodEnd.toISOString() }
  return Object.keys(added).length > 0 ? [...raises, { ...times, added }] : raises
}

function takenFrom(
  raises: readonly Raise[],
  feature: string,
  {
    whole,
    units,
    payments,
  }: { readonly whole: number; readonly units: number } & Required<Pick<RaiseTime, 'payments'>>,
): Raise[] {
  const known = new Map(raises.map((raise) => [raise, raise.added[feature] ?? 0]))
  const ofPeriod = whole - [...known.values()].reduce((sum, added) => sum + added, 0)
  let left = units
  const take = (from: readonly Raise[]): void => {
    for (const raise of from) {
      const taken = Math.min(known.get(raise)!, left)
      known.set(raise, known.get(raise)! - taken)
      left -= taken
    }
  }
  const latest = raises.toReversed()
  take(latest.filter((raise) => paymentOf(raise, payments)?.returned))
  if (payments.some(({ changedAt, returned }) => returned && changedAt === null)) left -= Math.min(ofPeriod, left)
  take(latest)
  return raises.flatMap((raise) => {
    const { [feature]: _before, ...others } = raise.added
    const added = known.get(raise)! > 0 ? { ...others, [feature]: known.get(raise)! } : others
    return Object.keys(added).length > 0 ? [{ ...raise, added }] : []
  })
}

/** The payment for a change is the one next to it: the time of a raise follows from money, which the provider rounds. */
function paymentOf({ at }: Raise, payments: readonly PaymentOfUnits[]): PaymentOfUnits | undefined {
  const distance = ({ changedAt }: PaymentOfUnits) => Math.abs(changedAt!.getTime() - Date.parse(at))
  return payments
    .filter(({ changedAt }) => changedAt !== null)
    .toSorted((one, other) => distance(one) - distance(other))[0]
}

/**
 * Pure: units of an allowance for which nothing was paid, in the window of a time. Each raise counts for the part of the window that its money pays
 * for, and for whole windows from the next paid period on.
 */
export function unpaidUnits(
  raises: readonly Raise[],
  feature: string,
  counted: CountedWindow,
  paidUntil: Date | null,
): number {
  return raises.reduce((sum, raise) => {
    const added = raise.added[feature] ?? 0
    return added === 0 ? sum : sum + added - partOf(added, paidPart(raise, counted, paidUntil))
  }, 0)
}

/** Pure: end of the paid time of an add-on, of which only the end of the day is known. */
export const paidUntilOf = (raises: readonly Raise[], endsAt: Date | null): Date | null =>
  raises.map(({ periodEnd }) => new Date(periodEnd)).find((end) => endsAt !== null && isSameDay(end, endsAt)) ?? endsAt

const isSameDay = (end: Date, endOfDay: Date): boolean =>
  endOfDay.getTime() >= end.getTime() && endOfDay.getTime() - end.getTime() <= DAY_MS

/** A part of a length of time. */
interface Part {
  readonly paidMs: number
  readonly wholeMs: number
}

const WHOLE: Part = { paidMs: 1, wholeMs: 1 }

/** Multiplied exactly and rounded down: never more than was paid. */
function partOf(units: number, { paidMs, wholeMs }: Part): number {
  if (paidMs >= wholeMs) return units
  return paidMs <= 0 ? 0 : Number((BigInt(units) * BigInt(Math.floor(paidMs))) / BigInt(Math.ceil(wholeMs)))
}

function paidPart(raise: Raise, { window, anchor, timeZone, at }: CountedWindow, paidUntil: Date | null): Part {
  const [from, periodStart, periodEnd] = [raise.at, raise.periodStart, raise.periodEnd].map((time) => Date.parse(time))
  const until = paidUntil?.getTime() ?? Infinity
  const length = window === null ? periodEnd! - periodStart! : isSliding(window) ? slidingMs(window) : null
  if (length !== null) return { paidMs: Math.min(length, until - from!), wholeMs: Math.max(1, length) }
  const { start, end } = windowAt(window, anchor, at, timeZone)
  const [first, last] = [start.getTime(), end.getTime()]
  // The next period is paid at the full price, as for everybody who has these terms.
  if (first >= periodEnd! || (until > periodEnd! && first >= from!)) return WHOLE
  return { paidMs: Math.min(last, until) - Math.max(first, from!), wholeMs: last - first }
}

/** Pure: units of a raise that a period grants less than one that was paid from its start. */
export function unpaidInPeriod(
  raises: readonly Raise[],
  feature: string,
  { start, end }: { readonly start: Date; readonly end: Date },
): number {
  const wholeMs = Math.max(1, end.getTime() - start.getTime())
  return raises.reduce((sum, { at, added }) => {
    const units = added[feature] ?? 0
    const paidMs = Math.min(wholeMs, end.getTime() - Date.parse(at))
    return units === 0 ? sum : sum + units - partOf(units, { paidMs, wholeMs })
  }, 0)
}
