import type { Denial } from '../../kernel/denials/denial.js'
import { refused } from '../../kernel/denials/denial.js'
import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { featureNotIncluded, notEnough } from '../denials.js'
import type { Entitlement } from '../rights/entitlement.js'
import { evaluateFeature } from '../rights/evaluate-entitlements.js'
import type { RightsFacts } from '../rights/facts.js'
import { takeUnits } from '../act/take-units.js'
import { explainCheck } from './explain-check.js'

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
  const denial = denialOf(catalog, facts, entitlement, amount)
  return {
    allowed: denial === null,
    entitlement,
    denial,
    // Written out only for whoever reads it: most callers ask for a yes or no.
    get explain() {
      const isTaken = denial === null && (feature.kind === 'QUOTA' || feature.kind === 'CREDIT')
      const taken = isTaken ? (takeUnits(catalog, facts, feature, amount) ?? []) : []
      return explainCheck(facts, entitlement, { amount, denial, taken })
    },
  }
}

function denialOf(
  catalog: CatalogSnapshot,
  facts: RightsFacts,
  entitlement: Entitlement,
  amount: number,
): Denial | null {
  if (!Number.isSafeInteger(amount) || amount < 1)
    return refused('INVALID_AMOUNT', 'An amount is a whole number of at least 1.', { field: 'amount' })
  if (!entitlement.granted) return featureNotIncluded(catalog, facts, entitlement, amount)
  const { feature, remaining } = entitlement
  const isEnough = remaining === null || feature.kind === 'RATE' || remaining >= amount
  return isEnough ? null : notEnough(catalog, facts, entitlement, amount)
}
