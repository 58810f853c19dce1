import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { allowanceOf } from './allowance.js'
import { isUsable } from './entitlement-sources.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { thresholdOf, type Alert, type Crossing } from './alert.js'

/**
 * Pure: units of a feature that are not used yet, from the allowance of the window and from grants. Reserved units count
 * until they are committed. Infinity if unlimited.
 */
export function balanceOf(snapshot: AccountSnapshot, feature: FeatureDefinition): number {
  const { unlimited, amount, used } = allowanceOf(snapshot, feature)
  if (unlimited) return Infinity
  let balance = Math.max(0, amount - used)
  for (const grant of snapshot.grants)
    if (grant.feature === feature.code && isUsable(grant, snapshot.at))
      balance += grant.amount - grant.used - grant.expired - grant.revoked
  return balance
}

/** Pure: time of the last grant of a feature: of credits that are usable, or of an allowance, at the start of its window. */
export function lastGrantAt(snapshot: AccountSnapshot, feature: FeatureDefinition): Date {
  const { amount, window } = allowanceOf(snapshot, feature)
  let last = amount > 0 && !window.sliding ? window.start : new Date(0)
  for (const grant of snapshot.grants)
    if (grant.feature === feature.code && isUsable(grant, snapshot.at) && isAfter(grant.grantedAt, last))
      last = grant.grantedAt
  return last
}

/** Base of a level in percent: the highest balance since the last grant, and the time of that grant. */
export interface BalanceBase {
  readonly base: number
  readonly basedAt: Date
}

/** Pure: a base at a balance: the highest balance since the last grant. */
export function rebased(before: BalanceBase, balance: number, lastGrant: Date): BalanceBase {
  // An unlimited balance has no percent.
  if (!Number.isFinite(balance)) return before
  if (isAfter(lastGrant, before.basedAt)) return { base: balance, basedAt: lastGrant }
  return balance > before.base ? { ...before, base: balance } : before
}

/** Pure: an alert with its base at a balance. The same object if the base is the same. */
export function withBase(snapshot: AccountSnapshot, feature: FeatureDefinition, alert: Alert, balance: number): Alert {
  if (alert.percent === null) return alert
  const before = { base: alert.base!, basedAt: alert.basedAt! }
  const after = rebased(before, balance, lastGrantAt(snapshot, feature))
  return after === before ? alert : { ...alert, ...after }
}

/**
 * Pure: alerts on balances that change at a snapshot. A balance below an armed level is a crossing and disarms it; a balance that
 * has risen to the level arms it again. Levels in percent also change with their base.
 */
export function balanceCrossings(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
): { readonly changed: readonly Alert[]; readonly crossings: readonly Crossing[] } {
  const changed: Alert[] = []
  const crossings: Crossing[] = []
  for (const before of snapshot.alerts) {
    const feature = before.basis === 'BALANCE' ? catalog.features.get(before.feature) : undefined
    if (!feature) continue
    const balance = balanceOf(snapshot, feature)
    const alert = withBase(snapshot, feature, before, balance)
    const { id, percent, base, armed } = alert
    if (balance >= thresholdOf(alert, base) === armed) {
      if (alert !== before) changed.push(alert)
      continue
    }
    const crossed = { ...alert, armed: !armed, crossings: alert.crossings + (armed ? 1 : 0) }
    changed.push(crossed)
    const key = String(crossed.crossings)
    if (armed) crossings.push({ alertId: id, key, percent, base, value: balance, windowStart: null, windowEnd: null })
  }
  return { changed, crossings }
}
