import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { allowanceOf } from './allowance.js'
import type { EntitlementSource } from './entitlement.js'
import { freeOf, grantSource, isUsable, windowOf } from './entitlement-sources.js'
import { allowanceLeft } from './evaluate-entitlements.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { overageSource, overageState } from './overage.js'
import { windowAt, type Window } from './quota-window.js'
import type { OveragePrice } from '#entities/entitlements/usage-price.js'
import type { AmountPart } from '../usage/ledger-movement.js'

/** A part of a deduction, with its source as shown in the result. */
export interface DeductedPart extends AmountPart {
  readonly from: EntitlementSource
}

/**
 * Pure: the sources of an amount, or null if it is not available. Order: the allowance of the current window, then the
 * grant that expires first, then the oldest, then units at a price. Usage recorded later (`usedAt`) counts from the time of use: in a sliding
 * window that is an earlier bucket, which ends earlier.
 */
export function deductUnits(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  amount: number,
  usedAt: Date | null = null,
): DeductedPart[] | null {
  const { parts, missing } = paidUnits(catalog, snapshot, feature, amount, usedAt)
  if (missing === 0) return parts
  const part = overagePart(snapshot, feature, missing)
  if (part?.amount !== missing) return null
  parts.push(part)
  return parts
}

/** Pure: the parts of an amount that the allowance and grants have, and the number of units that they lack. */
export function paidUnits(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  amount: number,
  usedAt: Date | null,
): { readonly parts: DeductedPart[]; readonly missing: number } {
  const allowance = allowanceOf(snapshot, feature)
  const parts: DeductedPart[] = []
  let missing = amount
  const ofAllowance = Math.min(missing, allowanceLeft(allowance))
  const [first] = allowance.sources
  if (ofAllowance > 0 && first) {
    const window = usedAt ? windowOfUse(snapshot, feature, usedAt) : allowance.window
    parts.push({ grantId: null, window, amount: ofAllowance, source: sourceText(first), from: first })
    missing -= ofAllowance
  }
  for (const grant of snapshot.grants) {
    if (missing === 0) break
    if (grant.feature !== feature.code || !isUsable(grant, snapshot.at)) continue
    const ofGrant = Math.min(missing, freeOf(grant))
    if (ofGrant <= 0) continue
    const from = grantSource(catalog, grant)
    parts.push({ grantId: grant.id, window: null, amount: ofGrant, source: sourceText(from), from })
    missing -= ofGrant
  }
  return { parts, missing }
}

/** Pure: the units of an amount that an allowance has in the window of a use, if that window still counts. Null if it has none. */
export function allowancePart(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  amount: number,
  usedAt: Date,
): DeductedPart | null {
  const allowance = allowanceOf(snapshot, feature)
  const [first] = allowance.sources
  const window = windowOfUse(snapshot, feature, usedAt)
  const units = Math.min(amount, allowanceLeft(allowance))
  if (!first || units <= 0 || !isAfter(window.end, snapshot.at)) return null
  return { grantId: null, window, amount: units, source: sourceText(first), from: first }
}

/**
 * Pure: the first of some units beyond the allowance and all grants, at the price of the plan, or at that at which they were reserved. Null if the plan has
 * none, or if its cap is reached.
 */
export function overagePart(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  missing: number,
  reserved: OveragePrice | null = null,
): DeductedPart | null {
  const state = overageState(snapshot, feature)
  const amount = Math.min(missing, state?.remaining ?? 0)
  if (!state || amount === 0) return null
  const { start, end } = windowOfUse(snapshot, feature, snapshot.at)
  const { plan, planCode, currency, tariff } = state
  const ofPlan = { plan: planCode, currency, tariff }
  const overage = reserved?.currency === currency ? reserved : ofPlan
  const from = { ...overageSource(plan), code: overage.plan }
  return { grantId: null, window: { start, end }, amount, source: sourceText(from), from, overage }
}

function windowOfUse(snapshot: AccountSnapshot, feature: FeatureDefinition, usedAt: Date): Window {
  const { window, anchor, timeZone } = windowOf(snapshot, feature)
  return windowAt(window, anchor, usedAt, timeZone)
}

export const sourceText = ({ kind, code }: Pick<EntitlementSource, 'kind' | 'code'>): string => `${kind} ${code}`
