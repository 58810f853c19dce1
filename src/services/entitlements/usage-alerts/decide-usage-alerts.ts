import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot, UsageAlert } from '../snapshot/account-snapshot.js'
import { allowanceOf } from '../snapshot/allowance.js'
import type { Window } from '../snapshot/quota-window.js'

/** Use of an allowance in its window. */
export interface AllowanceUse {
  readonly window: Pick<Window, 'start' | 'end'>
  readonly allowance: number
  readonly used: number
}

/** A level of an allowance that was reached. */
export interface ReachedUsage {
  readonly feature: string
  readonly percent: number
  readonly windowStart: Date
  readonly windowEnd: Date
  readonly allowance: number
  readonly used: number
  /** True for the highest level that is reached. */
  readonly isHighest: boolean
}

/** True for a feature on whose allowance alerts can be set: a quota whose window ends at once. */
export const isUsageAlertable = (
  { balanceAlerts }: Pick<CatalogSnapshot, 'balanceAlerts'>,
  { code, kind, window }: FeatureDefinition,
): boolean => balanceAlerts.includes(code) && kind === 'QUOTA' && !/^\d/.test(window ?? '')

/** Pure: use of the allowance of a quota. Null if it has none, is unlimited, or has a sliding window. */
export function allowanceUseOf(snapshot: AccountSnapshot, feature: FeatureDefinition): AllowanceUse | null {
  const { unlimited, amount, used, window } = allowanceOf(snapshot, feature)
  if (unlimited || amount === 0 || window.sliding) return null
  return { window, allowance: amount, used }
}

/** Pure: levels of an allowance that are reached and were not before, in this window and with this allowance. */
export function reachedUsage(snapshot: AccountSnapshot, feature: FeatureDefinition, alert: UsageAlert): ReachedUsage[] {
  const use = allowanceUseOf(snapshot, feature)
  if (!use) return []
  const { window, allowance, used } = use
  const isKnown = alert.allowance === allowance && alert.windowStart?.getTime() === window.start.getTime()
  const known = isKnown ? alert.highest : 0
  // Amounts are at most 10^12, so the products are exact.
  const reached = alert.percents.filter((percent) => percent > known && used * 100 >= allowance * percent)
  return reached.map((percent, index) => ({
    feature: feature.code,
    percent,
    windowStart: window.start,
    windowEnd: window.end,
    allowance,
    used,
    isHighest: index === reached.length - 1,
  }))
}

/** Part of a window before which there is no forecast: a tenth. */
const EARLIEST = 10

/** Time from which a window has a forecast. */
export const forecastFrom = ({ start, end }: AllowanceUse['window']): Date =>
  new Date(start.getTime() + Math.ceil((end.getTime() - start.getTime()) / EARLIEST))

/** Pure: units at the end of a window at the present rate: used / elapsed × length, rounded down. Null before a tenth of it. */
export function forecastUnits({ window, used }: AllowanceUse, at: Date): number | null {
  if (at < forecastFrom(window)) return null
  const length = BigInt(window.end.getTime() - window.start.getTime())
  return Number((BigInt(used) * length) / BigInt(at.getTime() - window.start.getTime()))
}

/** Pure: true if the exact forecast is more than the allowance. */
export function isForecastBeyond({ window, used, allowance }: AllowanceUse, at: Date): boolean {
  if (at < forecastFrom(window)) return false
  const length = BigInt(window.end.getTime() - window.start.getTime())
  return BigInt(used) * length > BigInt(allowance) * BigInt(at.getTime() - window.start.getTime())
}
