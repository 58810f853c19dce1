import type { PackageDefinition, PlanDefinition, PriceDefinition } from '../definition/types.js'
import { fingerprint } from './fingerprint.js'

/** The terms that a plan version fixes permanently: accounts with the version keep them. */
export type PlanTerms = Pick<
  PlanDefinition,
  'group' | 'rank' | 'supportedStacks' | 'prices' | 'features' | 'overageThreshold' | 'otherThresholds'
>

/**
 * A name for a plan's terms by their content. Equal terms give equal names, in whatever order the file lists them;
 * name, description and bullets are no terms and may change within a version.
 */
export function planVersionFingerprint(plan: PlanTerms): string {
  return fingerprint({
    group: plan.group,
    rank: plan.rank,
    supportedStacks: plan.supportedStacks?.toSorted() ?? null,
    prices: plan.prices.map(priceKey).toSorted(),
    features: plan.features.toSorted((a, b) => (a.feature < b.feature ? -1 : 1)).map(featureTerms),
    overageThreshold: plan.overageThreshold,
    otherThresholds: plan.otherThresholds,
  })
}

/** A name for a package's terms by their content: grants and duration. Texts and prices are not terms. */
export function packageVersionFingerprint({ type, grants, validForDays }: PackageDefinition): string {
  const sorted = grants.toSorted((a, b) => (a.feature < b.feature ? -1 : 1))
  return fingerprint({
    type,
    validForDays,
    grants: sorted.map(({ feature, enabled, unlimited, amount }) => ({ feature, enabled, unlimited, amount })),
  })
}

/** Identity of a price within a plan or package: a price is immutable, and another amount is another price. */
export function priceKey({ interval, currency, amountMinor, trialDays, per }: PriceDefinition): string {
  return [interval, currency, amountMinor, trialDays ?? 0, per ?? 'flat'].join(':')
}

/** Field by field, so that rows of a table with more fields have the same fingerprint. */
function featureTerms(feature: PlanDefinition['features'][number]): PlanDefinition['features'][number] {
  const { enabled, unlimited, amount, window, perSeat, perUnit, text, overage, rollover } = feature
  const terms = { feature: feature.feature, enabled, unlimited, amount, window, perSeat, perUnit, text }
  return { ...terms, ...(overage ? { overage } : {}), ...(rollover ? { rollover } : {}) }
}
