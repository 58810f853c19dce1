import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { allowanceOf } from './allowance.js'
import { isUsable } from './entitlement-sources.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { thresholdOf, type BalanceLevel, type BalanceShare } from './balance-level.js'

/** A balance that fell below a level. */
export interface Crossing {
  readonly levelId: string
  readonly feature: string
  /** Number of the crossing within its level, from 1. */
  readonly number: number
  readonly balance: number
  /** Units of which the percent counted. Null for a level in units. */
  readonly base: number | null
}

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

/** Pure: a share with its base at a balance: the highest balance since the last grant. */
export function rebased(share: BalanceShare, balance: number, lastGrant: Date): BalanceShare {
  // An unlimited balance has no percent.
  if (!Number.isFinite(balance)) return share
  if (isAfter(lastGrant, share.basedAt)) return { ...share, base: balance, basedAt: lastGrant }
  return balance > share.base ? { ...share, base: balance } : share
}

function withBase(snapshot: AccountSnapshot, feature: FeatureDefinition, level: BalanceLevel, balance: number) {
  if (!level.share) return level
  const share = rebased(level.share, balance, lastGrantAt(snapshot, feature))
  return share === level.share ? level : { ...level, threshold: thresholdOf(share), share }
}

/**
 * Pure: levels that change at a balance. A balance below an armed level is a crossing and disarms it; a balance that has
 * risen to the level arms it again. Levels in percent also change with their base.
 */
export function levelStates(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
): { readonly changed: readonly BalanceLevel[]; readonly crossings: readonly Crossing[] } {
  const changed: BalanceLevel[] = []
  const crossings: Crossing[] = []
  for (const before of snapshot.levels) {
    const feature = catalog.features.get(before.feature)
    if (!feature) continue
    const balance = balanceOf(snapshot, feature)
    const level = withBase(snapshot, feature, before, balance)
    if (balance >= level.threshold === level.armed) {
      if (level !== before) changed.push(level)
      continue
    }
    const crossed = { ...level, armed: !level.armed, crossings: level.crossings + (level.armed ? 1 : 0) }
    changed.push(crossed)
    const base = level.share?.base ?? null
    if (level.armed)
      crossings.push({ levelId: level.id, feature: level.feature, number: crossed.crossings, balance, base })
  }
  return { changed, crossings }
}
