import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot, BalanceLevel } from '../snapshot/account-snapshot.js'
import { allowanceOf } from '../snapshot/allowance.js'
import { isUsable } from '../snapshot/entitlement-sources.js'

/** A balance that fell below a level. */
export interface Crossing {
  readonly levelId: string
  readonly feature: string
  /** Number of the crossing within its level, from 1. */
  readonly number: number
  readonly balance: number
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

/**
 * Pure: levels that change at a balance. A balance below an armed level is a crossing and disarms it; a balance that has
 * risen to the level arms it again.
 */
export function levelStates(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
): { readonly changed: readonly BalanceLevel[]; readonly crossings: readonly Crossing[] } {
  const changed: BalanceLevel[] = []
  const crossings: Crossing[] = []
  for (const level of snapshot.levels) {
    const feature = catalog.features.get(level.feature)
    if (!feature) continue
    const balance = balanceOf(snapshot, feature)
    if (balance >= level.threshold === level.armed) continue
    const crossed = { ...level, armed: !level.armed, crossings: level.crossings + (level.armed ? 1 : 0) }
    changed.push(crossed)
    if (level.armed) crossings.push({ levelId: level.id, feature: level.feature, number: crossed.crossings, balance })
  }
  return { changed, crossings }
}
