import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot, UsageAlert } from './account-snapshot.js'
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

/** A level of an allowance that was reached. */
export interface ReachedUsage {
  readonly feature: string
  /** Percent of the allowance. Null for a level in units. */
  readonly percent: number | null
  /** Used units. Null for a level in percent. */
  readonly amount: number | null
  readonly windowStart: Date
  readonly windowEnd: Date
  /** Null if unlimited. */
  readonly allowance: number | null
  readonly used: number
  /** The alerts of the feature with all levels that are reached. Null except for the last one. */
  readonly after: UsageAlert | null
}

/** True for a feature on whose allowance alerts can be set: a quota whose window ends at once. */
export const isUsageAlertable = (
  { balanceAlerts }: Pick<CatalogSnapshot, 'balanceAlerts'>,
  { code, kind, window }: FeatureDefinition,
): boolean => balanceAlerts.includes(code) && kind === 'QUOTA' && !/^\d/.test(window ?? '')

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

/**
 * Pure: levels that are reached and were not before. Levels in percent belong to a window and an allowance, levels in units to a
 * window.
 */
export function reachedUsage(snapshot: AccountSnapshot, feature: FeatureDefinition, alert: UsageAlert): ReachedUsage[] {
  const use = windowUseOf(snapshot, feature)
  if (!use) return []
  const percents = reachedPercents(use, alert)
  const amounts = reachedAmounts(use, alert)
  const { window, allowance, used } = use
  const after: UsageAlert = {
    ...alert,
    ...(percents.length > 0 && { windowStart: window.start, allowance: allowance!, highest: percents.at(-1)! }),
    ...(amounts.length > 0 && { amountsWindowStart: window.start, highestAmount: amounts.at(-1)! }),
  }
  const levels = [
    ...percents.map((percent) => ({ percent, amount: null })),
    ...amounts.map((amount) => ({ percent: null, amount })),
  ]
  return levels.map((level, index) => ({
    feature: feature.code,
    ...level,
    windowStart: window.start,
    windowEnd: window.end,
    allowance,
    used,
    after: index === levels.length - 1 ? after : null,
  }))
}

function reachedPercents({ window, allowance, used }: WindowUse, alert: UsageAlert): number[] {
  if (!allowance) return []
  const isKnown = alert.allowance === allowance && alert.windowStart?.getTime() === window.start.getTime()
  const known = isKnown ? alert.highest : 0
  // Amounts are at most 10^12, so the products are exact.
  return alert.percents.filter((percent) => percent > known && used * 100 >= allowance * percent)
}

function reachedAmounts({ window, used }: WindowUse, alert: UsageAlert): number[] {
  const known = alert.amountsWindowStart?.getTime() === window.start.getTime() ? alert.highestAmount : 0
  return alert.amounts.filter((amount) => amount > known && used >= amount)
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
