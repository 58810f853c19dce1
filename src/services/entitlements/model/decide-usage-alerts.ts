import { isSliding } from '#services/catalog/definition/parse-quota-window.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from './account-snapshot.js'
import type { Alert, AlertLevel, Crossing } from './alert.js'
import { allowanceOf } from './allowance.js'
import type { Window } from './quota-window.js'

/** Use of an allowance in its window. */
export interface AllowanceUse {
  readonly window: Pick<Window, 'start' | 'end'>
  readonly allowance: number
  readonly used: number
}

/** Use of an allowance that can be unlimited. */
export interface WindowUse extends Omit<AllowanceUse, 'allowance'> {
  /** Null if unlimited. */
  readonly allowance: number | null
}

/** True for a feature on whose allowance alerts can be set: a quota without a sliding window. */
export const isUsageAlertable = (
  { balanceAlerts }: Pick<CatalogSnapshot, 'balanceAlerts'>,
  { code, kind, window }: FeatureDefinition,
): boolean => balanceAlerts.includes(code) && kind === 'QUOTA' && !isSliding(window)

/** Pure: use of a quota in its window. Null for a sliding window. */
export function windowUseOf(snapshot: AccountSnapshot, feature: FeatureDefinition): WindowUse | null {
  const { unlimited, amount, used, window } = allowanceOf(snapshot, feature)
  return window.sliding ? null : { window, allowance: unlimited ? null : amount, used }
}

/** Pure: use of the allowance of a quota. Null if it has none, is unlimited, or has a sliding window. */
export function allowanceUseOf(snapshot: AccountSnapshot, feature: FeatureDefinition): AllowanceUse | null {
  const use = windowUseOf(snapshot, feature)
  return use?.allowance ? { ...use, allowance: use.allowance } : null
}

/** Pure: true if use has reached a level. Without an allowance no percent of it is reached. */
export const isLevelReached = ({ allowance, used }: WindowUse, { percent, units }: AlertLevel): boolean =>
  // Amounts are at most 10^12, so the products are exact.
  percent === null ? used >= units! : allowance !== null && allowance > 0 && used * 100 >= allowance * percent

/**
 * Pure: the crossing of an alert on an allowance that is reached and was not before, with the alert after it. A level in percent is
 * reached once for a window and an allowance, a level in units once for a window.
 */
export function allowanceCrossing(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  alert: Alert,
): { readonly alert: Alert; readonly crossing: Crossing } | null {
  const use = windowUseOf(snapshot, feature)
  if (!use || !isLevelReached(use, alert)) return null
  const { window, allowance, used } = use
  const { id, percent } = alert
  const isKnown = alert.basedAt?.getTime() === window.start.getTime() && (percent === null || alert.base === allowance)
  if (isKnown) return null
  const windowKey = window.start.toISOString()
  return {
    alert: { ...alert, base: allowance, basedAt: window.start, crossings: alert.crossings + 1 },
    crossing: {
      alertId: id,
      key: percent === null ? windowKey : `${windowKey} ${allowance}`,
      percent,
      base: allowance,
      value: used,
      windowStart: window.start,
      windowEnd: window.end,
    },
  }
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
