import { isBefore } from '#services/kernel/clock/compare-dates.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { windowOf } from './entitlement-sources.js'
import type { Grant, AccountSnapshot } from './account-snapshot.js'
import { countsSince, periodAt } from './quota-window.js'

/**
 * Pure: start of the period in which usage of grants counts and each warning is sent once: the start of the window, or
 * one window length ago for a sliding window, which never resets. One-time amounts count from the beginning.
 */
export function usagePeriodStart(snapshot: AccountSnapshot, feature: FeatureDefinition): Date {
  const { window, anchor, timeZone } = windowOf(snapshot, feature)
  return periodAt(window, anchor, snapshot.at, timeZone).start
}

/** Pure: true if use at a time does not count any more. */
export function isBeforeWindow(snapshot: AccountSnapshot, feature: FeatureDefinition, at: Date): boolean {
  const { window, anchor, timeZone } = windowOf(snapshot, feature)
  return window !== null && isBefore(at, countsSince(window, anchor, snapshot.at, timeZone))
}

/** Used units of a grant before the start of a period. */
export const usedBeforePeriod = (grant: Grant, since: Date): number =>
  isBefore(grant.usagePeriodStart, since) ? grant.used : grant.usedBeforePeriod
