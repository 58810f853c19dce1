import { isBefore } from '../../kernel/clock/compare-dates.js'
import type { FeatureDefinition } from '../../catalog/definition/types.js'
import { windowOf } from './entitlement-sources.js'
import type { Grant, AccountSnapshot } from './account-snapshot.js'
import { slidingMs, windowAt } from './quota-window.js'

/**
 * Pure: when the period began in which the use of grants is counted and warnings are told once: the window's, or a stretch as long as a
 * sliding window, which never begins anew by itself. What is given once and for all is counted from the beginning.
 */
export function usagePeriodStart(facts: AccountSnapshot, feature: FeatureDefinition): Date {
  const { window, anchor } = windowOf(facts, feature)
  if (window === null || window === 'month' || window === 'billing_period')
    return windowAt(window, anchor, facts.at).start
  const length = slidingMs(window)
  return new Date(Math.floor(facts.at.getTime() / length) * length)
}

/** How much of a grant was used before a moment at which a period began. */
export const usedBeforePeriod = (grant: Grant, since: Date): number =>
  isBefore(grant.countedSince, since) ? grant.used : grant.usedBefore
