import type { Money } from '#services/kernel/money/money.js'
import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import type { CatalogReader, ReadEntry } from './catalog-reader.js'
import type { Entry } from './file-schema.js'
import { readPlanFeatures } from './read-plan-features.js'
import { PLAN_KEYS } from './price-keys.js'
import { readAmount, readPrices } from './read-prices.js'
import type { FeatureDefinition, PlanDefinition, PlanFeatureDefinition, PriceDefinition } from './types.js'

/** Other parts of the file that reading a plan or package depends on. */
export interface OfferContext {
  readonly reader: CatalogReader
  readonly currency: string | undefined
  readonly defaultGroup: string
  readonly features: ReadonlyMap<string, FeatureDefinition>
}

/** The plans of a catalog with their shorthands written out; what is wrong is noted. */
export function readPlans(context: OfferContext): PlanDefinition[] {
  return context.reader.entries('plans').flatMap((read) => readPlan(context, read))
}

function readPlan(context: OfferContext, { code, said }: ReadEntry<'plans'>): PlanDefinition[] {
  const path = ['plans', code]
  const { reader, currency, defaultGroup } = context
  const per = said.prices?.per ?? null
  reportPriceIssues(context, code, said)
  const terms = { currency, trialDays: said.trial_days ?? null, per }
  const prices = readPrices(reader.source, [...path, 'prices'], said.prices ?? {}, terms)
  const givenBy = { reader, features: context.features, pricedPer: per, currency, isPackage: false }
  const features = readPlanFeatures(givenBy, [...path, 'features'], said.features ?? {})
  reportOverageIssues(context, path, prices, features)
  const threshold = readThreshold(context, [...path, 'overage_threshold'], said.overage_threshold, features)
  if (said.rank === undefined) return []
  const plan = {
    code,
    name: said.name ?? '',
    description: said.description ?? null,
    group: said.group ?? defaultGroup,
    rank: said.rank,
    bullets: said.bullets ?? [],
    supportedStacks: Array.isArray(said.supported_stacks) ? [...new Set(said.supported_stacks)] : null,
    prices,
    features,
    ...(threshold ? { overageThreshold: threshold } : {}),
  }
  return [plan]
}

/** The cost at which use beyond the allowances is invoiced. Only what the server invoices has one. */
function readThreshold(
  { reader: { source }, currency, features: known }: OfferContext,
  path: FieldPath,
  said: unknown,
  features: readonly PlanFeatureDefinition[],
): Money | undefined {
  if (said === undefined) return undefined
  if (features.some(({ feature, overage }) => overage && !known.get(feature)?.overageMeter))
    return readAmount(source, path, said, currency)[0]
  if (!source.hasIssuesAt(path.slice(0, -1))) source.report(path, NOT_INVOICED)
  return undefined
}

const NOT_INVOICED = 'the plan has no feature with overage and without overage_meter, so nothing is invoiced'

function reportPriceIssues({ reader, features }: OfferContext, code: string, said: Partial<Entry<'plans'>>): void {
  const { prices, trial_days } = said
  const path = ['plans', code]
  if (prices && !PLAN_KEYS.some((key) => reader.source.has([...path, 'prices', key]))) {
    reader.source.report([...path, 'prices'], 'expected an interval such as month or year; a free plan has no prices')
  }
  if (trial_days !== undefined && !prices && !reader.source.has([...path, 'prices'])) {
    reader.source.report([...path, 'trial_days'], 'a free plan cannot have a trial')
  }
  if (prices?.per !== undefined && !isCountable(prices.per, features)) {
    reader.source.report([...path, 'prices', 'per'], unknownUnit(reader, prices.per, features))
  }
}

/** True if a subscription quantity can count the unit: seats, or the resources of a limit. */
export function isCountable(per: string, features: ReadonlyMap<string, FeatureDefinition>): boolean {
  return countableUnits(features).includes(per)
}

/** The message for a unit that is not countable. */
export const unknownUnit = (
  { source }: CatalogReader,
  per: string,
  features: ReadonlyMap<string, FeatureDefinition>,
): string =>
  `expected seat, or the unit of a limit such as managed_server${source.didYouMean(per, countableUnits(features))}`

const countableUnits = (features: ReadonlyMap<string, FeatureDefinition>): string[] => [
  'seat',
  ...[...features.values()].flatMap(({ kind, unit }) => (kind === 'LIMIT' && unit !== null ? [unit] : [])),
]

/** Overage is charged with a subscription, in the currency of the catalog. */
function reportOverageIssues(
  { reader, currency }: OfferContext,
  path: FieldPath,
  prices: readonly PriceDefinition[],
  features: readonly PlanFeatureDefinition[],
): void {
  for (const { feature, overage } of features) {
    if (!overage) continue
    const here = [...path, 'features', feature, 'overage']
    if (reader.source.hasIssuesAt([...path, 'prices'])) continue
    if (prices.length === 0) reader.source.report(here, 'a plan without a price cannot have overage')
    else if (prices.some((price) => price.currency !== currency))
      reader.source.report(here, 'a plan with overage has prices in the currency of the catalog only')
  }
}
