import type { Denial } from '../../kernel/denials/denial.js'
import { refused } from '../../kernel/denials/denial.js'
import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { quotaExceeded, upgradeRemedies } from '../denials.js'
import type { Entitlement } from '../rights/entitlement.js'
import { evaluateFeature } from '../rights/evaluate-entitlements.js'
import { mainPlan, type RightsFacts } from '../rights/load-rights.js'

/** The answer to "may this account do that now?". */
export interface Check {
  readonly allowed: boolean
  readonly entitlement: Entitlement | null
  readonly denial: Denial | null
  /** How it was decided, step by step. */
  readonly explain: readonly string[]
}

/** Pure: whether an account may use so many of a feature. */
export function decideCheck(catalog: CatalogSnapshot, facts: RightsFacts, featureCode: string, amount: number): Check {
  const feature = catalog.features.get(featureCode)
  if (!feature) {
    const denial = refused('FEATURE_NOT_INCLUDED', `There is no feature '${featureCode}'.`, { field: 'feature' })
    return { allowed: false, entitlement: null, denial, explain: [`The catalog knows no feature ${featureCode}.`] }
  }
  const entitlement = evaluateFeature(catalog, facts, feature)
  const explain = [
    `Plan ${mainPlan(facts).plan.code} holds.`,
    ...entitlement.sources.map(
      (source) =>
        `${source.kind.toLowerCase()} ${source.code} grants ${source.unlimited ? 'unlimited' : (source.amount ?? 'it')}.`,
    ),
  ]
  if (amount < 1) {
    const denial = refused('INVALID_AMOUNT', 'An amount is a whole number of at least 1.', { field: 'amount' })
    return { allowed: false, entitlement, denial, explain: [...explain, `${amount} is no amount.`] }
  }
  if (!entitlement.granted) {
    const remedies = upgradeRemedies(catalog, facts, (plan) =>
      plan.features.some((granted) => granted.feature.code === featureCode && granted.enabled),
    )
    const denial = refused(
      'FEATURE_NOT_INCLUDED',
      `${feature.name} is not included in the plan ${mainPlan(facts).plan.name}.`,
      { remedies, field: 'feature' },
    )
    return { allowed: false, entitlement, denial, explain: [...explain, 'Nothing grants it.'] }
  }
  if (entitlement.remaining !== null && feature.kind !== 'RATE' && entitlement.remaining < amount) {
    const denial = quotaExceeded(catalog, facts, entitlement, amount)
    return {
      allowed: false,
      entitlement,
      denial,
      explain: [...explain, `${amount} asked for, ${entitlement.remaining} of ${entitlement.limit} left.`],
    }
  }
  return {
    allowed: true,
    entitlement,
    denial: null,
    explain: [...explain, entitlement.remaining === null ? 'Not limited.' : `${entitlement.remaining} left.`],
  }
}
