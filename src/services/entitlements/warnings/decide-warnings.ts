import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { usagePeriodStart } from '../model/usage-period.js'
import { windowOf } from '../model/entitlement-sources.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { calendarMonth } from '../model/quota-window.js'

/**
 * A feature whose usage has reached a warning threshold. Limits are excluded: their resources are visible and shown as
 * near limit.
 */
export interface DueWarning {
  readonly accountId: string
  readonly feature: FeatureDefinition
  /** Every threshold that is reached, in percent, ascending. */
  readonly reached: readonly number[]
  readonly used: number
  /** Usage before the present operation. */
  readonly previous: number
  readonly limit: number
  /** Start of the period in which each threshold is sent once. */
  readonly period: Date
}

/**
 * Pure: the due warning of a feature, or null. Does not check whether it was already sent. Reserved units do not count,
 * because they can be released.
 */
export function decideWarning(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  amount: number,
): DueWarning | null {
  if (feature.kind !== 'QUOTA' && feature.kind !== 'CREDIT') return null
  const { limit, used } = evaluateFeature(catalog, snapshot, feature)
  if (!limit) return null
  const reached = (feature.nearLimitPercents ?? catalog.nearLimitPercents).filter(
    (threshold) => used * 100 >= limit * threshold,
  )
  if (reached.length === 0) return null
  return {
    accountId: snapshot.accountId,
    feature,
    reached,
    used,
    previous: Math.max(0, used - amount),
    limit,
    period: periodOf(snapshot, feature),
  }
}

/** One-time amounts are warned about once a month. */
const periodOf = (snapshot: AccountSnapshot, feature: FeatureDefinition): Date =>
  windowOf(snapshot, feature).window === null ? calendarMonth(snapshot.at).start : usagePeriodStart(snapshot, feature)
