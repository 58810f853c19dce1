import type { PlanDefinition, PriceDefinition } from '../definition/types.js'
import { fingerprint } from './fingerprint.js'

/** The terms of a plan that a version fixes for ever: whoever holds the version keeps them. */
export type PlanTerms = Pick<PlanDefinition, 'group' | 'rank' | 'supportedStacks' | 'prices' | 'features'>

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
  })
}

/** What tells the prices of one plan or package apart: a price is never changed, another amount is another price. */
export function priceKey({ interval, currency, amountMinor, trialDays, per }: PriceDefinition): string {
  return [interval, currency, amountMinor, trialDays ?? 0, per ?? 'flat'].join(':')
}

/** Field by field, so that rows of a table with more fields have the same fingerprint. */
function featureTerms(feature: PlanDefinition['features'][number]): PlanDefinition['features'][number] {
  const { enabled, unlimited, amount, window, perSeat, perUnit, text } = feature
  return { feature: feature.feature, enabled, unlimited, amount, window, perSeat, perUnit, text }
}
