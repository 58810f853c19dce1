import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { EntitlementSource } from './entitlement.js'
import { allowanceSources, isCounted, windowOf } from './entitlement-sources.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { windowAt, type Window } from './quota-window.js'
import { isBefore } from '#services/kernel/clock/compare-dates.js'

/** The part of a quota (or of plan credits) available in the current window before any grant is used. */
export interface Allowance {
  readonly sources: EntitlementSource[]
  readonly unlimited: boolean
  readonly amount: number
  readonly used: number
  readonly reserved: number
  /** The window in which usage counts now. */
  readonly window: Window
  /**
   * Time at which usage restarts at zero; for a sliding window, when the oldest usage leaves it. Null if never or
   * nothing is used.
   */
  readonly resetsAt: Date | null
}

/** Pure: the allowance of a feature at the facts' moment. Every use counts until its own window ends, so no change of plans forgets any, or until its trial ends early. */
export function allowanceOf(snapshot: AccountSnapshot, feature: FeatureDefinition): Allowance {
  const sources = allowanceSources(snapshot, feature)
  const { window: named, anchor, timeZone } = windowOf(snapshot, feature)
  const window = windowAt(named, anchor, snapshot.at, timeZone)
  let [used, reserved] = [0, 0]
  let firstEnd: Date | null = null
  for (const use of snapshot.usage) {
    if (use.feature !== feature.code || !isCounted(snapshot, feature, use)) continue
    used += use.used
    reserved += use.reserved
    if (use.used + use.reserved > 0 && (firstEnd === null || isBefore(use.windowEnd, firstEnd)))
      firstEnd = use.windowEnd
  }
  const resetsAt = window.sliding ? firstEnd : window.end
  return {
    sources,
    unlimited: sources.some((source) => source.unlimited),
    amount: sources.reduce((sum, source) => sum + (source.amount ?? 0), 0),
    used,
    reserved,
    window,
    resetsAt: named === null ? null : resetsAt,
  }
}
