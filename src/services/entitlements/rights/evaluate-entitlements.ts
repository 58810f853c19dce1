import type { FeatureDefinition } from '../../catalog/definition/types.js'
import type { CatalogPlanFeature, CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { planReference } from '../../catalog/snapshot/catalog-snapshot.js'
import type { Entitlement, EntitlementSource } from './entitlement.js'
import type { HeldPlan, RightsFacts } from './load-rights.js'

/** Pure: what an account may do, feature by feature in the catalog's order. */
export function evaluateEntitlements(catalog: CatalogSnapshot, facts: RightsFacts): Entitlement[] {
  return [...catalog.features.values()].map((feature) => evaluateFeature(catalog, facts, feature))
}

/** Pure: the right to one feature, summed over everything that grants it. */
export function evaluateFeature(catalog: CatalogSnapshot, facts: RightsFacts, feature: FeatureDefinition): Entitlement {
  const sources = facts.held.flatMap((held) => sourcesOf(held, feature))
  const counted = feature.kind !== 'BOOLEAN'
  const unlimited = sources.some((source) => source.unlimited)
  const limit = counted && !unlimited ? sources.reduce((sum, source) => sum + (source.amount ?? 0), 0) : null
  const used = facts.allocated[feature.code] ?? 0
  const percent = limit ? (used / limit) * 100 : null
  const threshold = Math.min(...(feature.nearLimitPercents ?? catalog.nearLimitPercents), 100)
  return {
    feature,
    granted: sources.length > 0,
    unlimited,
    limit,
    used,
    reserved: 0,
    remaining: limit === null ? null : Math.max(0, limit - used),
    resetsAt: null,
    percent,
    nearLimit: feature.kind !== 'RATE' && percent !== null && percent >= threshold,
    sources,
    version: facts.version,
  }
}

function sourcesOf(held: HeldPlan, feature: FeatureDefinition): EntitlementSource[] {
  return held.plan.features
    .filter((granted) => granted.feature.code === feature.code && granted.enabled)
    .map((granted) => ({
      kind: 'PLAN',
      code: held.plan.code,
      amount: amountOf(granted, held),
      unlimited: granted.unlimited,
      expiresAt: held.assignment?.lapsesAt ?? null,
      object: planReference(held.plan),
    }))
}

/** What is granted per paid unit or seat counts as often as it is paid for. */
function amountOf(granted: CatalogPlanFeature, held: HeldPlan): number | null {
  if (granted.amount === null) return null
  return granted.perUnit || granted.perSeat ? granted.amount * (held.assignment?.quantity ?? 1) : granted.amount
}
