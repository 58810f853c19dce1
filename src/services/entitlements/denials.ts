import type { Denial, Remedy } from '../kernel/denials/denial.js'
import { remedy } from '../kernel/denials/denial.js'
import { offersThat } from '../catalog/plans/compare-plans.js'
import type { FeatureDefinition } from '../catalog/definition/types.js'
import { planReference, type CatalogPlan, type CatalogSnapshot } from '../catalog/snapshot/catalog-snapshot.js'
import type { Entitlement } from './rights/entitlement.js'
import { mainPlan, type RightsFacts } from './rights/load-rights.js'

export interface InsufficientPlan extends Denial {
  readonly __typename: 'InsufficientPlan'
  readonly code: 'INSUFFICIENT_PLAN'
  readonly requiredPlan: CatalogPlan
  readonly currentPlan: CatalogPlan
}

export interface QuotaExceeded extends Denial {
  readonly __typename: 'QuotaExceeded'
  readonly code: 'QUOTA_EXCEEDED' | 'LIMIT_REACHED'
  readonly feature: FeatureDefinition
  readonly used: number
  readonly limit: number
  readonly resetsAt: Date | null
  readonly upgradeUrl: string | null
  readonly currentPlan: CatalogPlan
}

export const DEFAULT_UPGRADE_URL = '/billing/start'

/** The plan does not reach what is asked for. */
export function insufficientPlan(
  catalog: CatalogSnapshot,
  facts: RightsFacts,
  requiredPlan: CatalogPlan,
): InsufficientPlan {
  return {
    __typename: 'InsufficientPlan',
    code: 'INSUFFICIENT_PLAN',
    message: `This template requires '${requiredPlan.code}' plan or higher. Please upgrade at ${catalog.upgradeUrl ?? DEFAULT_UPGRADE_URL}`,
    remedies: upgradeRemedies(catalog, facts, (plan) => plan.rank >= requiredPlan.rank),
    requiredPlan,
    currentPlan: mainPlan(facts).plan,
  }
}

/** The limit or quota is used up. */
export function quotaExceeded(
  catalog: CatalogSnapshot,
  facts: RightsFacts,
  entitlement: Entitlement,
  amount: number,
): QuotaExceeded {
  const { feature, used, limit } = entitlement
  const wanted = used + entitlement.reserved + amount
  return {
    __typename: 'QuotaExceeded',
    code: feature.kind === 'LIMIT' ? 'LIMIT_REACHED' : 'QUOTA_EXCEEDED',
    message: `You have used ${used}/${limit ?? 0} ${feature.name.toLowerCase()}.`,
    remedies: upgradeRemedies(catalog, facts, (plan) => grants(plan, feature.code, wanted)),
    feature,
    used: used + entitlement.reserved,
    limit: limit ?? 0,
    resetsAt: entitlement.resetsAt,
    upgradeUrl: catalog.upgradeUrl ?? DEFAULT_UPGRADE_URL,
    currentPlan: mainPlan(facts).plan,
  }
}

/** The cheapest plans above the present one that would do, cheapest first. */
export function upgradeRemedies(
  catalog: CatalogSnapshot,
  facts: RightsFacts,
  wouldDo: (plan: CatalogPlan) => boolean,
): Remedy[] {
  const { plan: current, assignment } = mainPlan(facts)
  const above = (plan: CatalogPlan) => plan.active && plan.rank > current.rank && wouldDo(plan)
  return offersThat(catalog.plans, current.group, above, { currency: catalog.currency }).map(({ plan, price }) =>
    remedy('UPGRADE_PLAN', `Upgrade to ${plan.name}`, {
      mutation: assignment?.sourceType === 'subscription' ? 'changePlan' : 'startSubscription',
      target: planReference(plan),
      price,
      url: catalog.upgradeUrl ?? DEFAULT_UPGRADE_URL,
    }),
  )
}

function grants(plan: CatalogPlan, feature: string, amount: number): boolean {
  const granted = plan.features.find((candidate) => candidate.feature.code === feature && candidate.enabled)
  return (
    granted !== undefined &&
    (granted.unlimited || granted.perUnit !== null || granted.perSeat || (granted.amount ?? 0) >= amount)
  )
}
