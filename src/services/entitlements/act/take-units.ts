import type { FeatureDefinition } from '../../catalog/definition/types.js'
import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { allowanceOf } from '../rights/allowance.js'
import type { EntitlementSource } from '../rights/entitlement.js'
import { freeOf, grantSource, isUsable, windowOf } from '../rights/entitlement-sources.js'
import { allowanceLeft } from '../rights/evaluate-entitlements.js'
import type { RightsFacts } from '../rights/facts.js'
import { windowAt, type Window } from '../rights/quota-window.js'
import type { Part } from './account-draft.js'

/** A part of what is taken, with its source as the answer shows it. */
export interface TakenPart extends Part {
  readonly from: EntitlementSource
}

/**
 * Pure: where an amount is taken from, or null when there is less. In order: the allowance of the present window, then the grant that
 * expires first, then the oldest. What is told later (`usedAt`) counts from when it was used: in a sliding window that is an earlier
 * bucket, which ends earlier.
 */
export function takeUnits(
  catalog: CatalogSnapshot,
  facts: RightsFacts,
  feature: FeatureDefinition,
  amount: number,
  usedAt: Date | null = null,
): TakenPart[] | null {
  const allowance = allowanceOf(facts, feature)
  const parts: TakenPart[] = []
  let missing = amount
  const ofAllowance = Math.min(missing, allowanceLeft(allowance))
  const [first] = allowance.sources
  if (ofAllowance > 0 && first) {
    const window = usedAt ? windowOfUse(facts, feature, usedAt) : allowance.window
    parts.push({ grantId: null, window, amount: ofAllowance, source: sourceText(first), from: first })
    missing -= ofAllowance
  }
  for (const grant of facts.grants) {
    if (missing === 0) break
    if (grant.feature !== feature.code || !isUsable(grant, facts.at)) continue
    const ofGrant = Math.min(missing, freeOf(grant))
    if (ofGrant <= 0) continue
    const from = grantSource(catalog, grant)
    parts.push({ grantId: grant.id, window: null, amount: ofGrant, source: sourceText(from), from })
    missing -= ofGrant
  }
  return missing === 0 ? parts : null
}

function windowOfUse(facts: RightsFacts, feature: FeatureDefinition, usedAt: Date): Window {
  const { window, anchor } = windowOf(facts, feature)
  return windowAt(window, anchor, usedAt)
}

export const sourceText = ({ kind, code }: Pick<EntitlementSource, 'kind' | 'code'>): string => `${kind} ${code}`
