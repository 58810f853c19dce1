import type { Money } from '#services/kernel/money/money.js'
import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import type { CatalogReader, ReadEntry } from './catalog-reader.js'
import type { Entry } from './file-schema.js'
import { readPlanFeatures, type FeatureContext } from './read-plan-features.js'
import { PLAN_KEYS } from './price-keys.js'
import { notSoldIn } from './read-overage.js'
import { readAmounts, readPrices } from './read-prices.js'
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
  const soldIn = currenciesOf(context, code, prices)
  const givenBy = { reader, features: context.features, pricedPer: per, currency, soldIn, isPackage: false }
  const features = readPlanFeatures(givenBy, [...path, 'features'], said.features ?? {})
  if (soldIn?.length === 0) reportOverage(reader, path, features)
  const [threshold, ...otherThresholds] = readThresholds(
    { ...context, soldIn },
    [...path, 'overage_threshold'],
    said.overage_threshold,
    features,
  )
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
    ...(otherThresholds.length > 0 ? { otherThresholds } : {}),
  }
  return [plan]
}

/** The currencies of the prices of a plan, that of the catalog first. Null if a price is wrong. */
function currenciesOf(
  { reader, currency }: OfferContext,
  code: string,
  prices: readonly PriceDefinition[],
): string[] | null {
  if (currency === undefined || reader.source.hasIssuesAt(['plans', code, 'prices'])) return null
  const all = [...new Set(prices.map((price) => price.currency))]
  return all.toSorted((left, right) => Number(right === currency) - Number(left === currency))
}

/**
 * The cost at which use beyond the allowances is invoiced, in each currency of the prices. Only what the server invoices has one.
 */
function readThresholds(
  { reader: { source }, currency, features: known, soldIn }: OfferContext & Pick<FeatureContext, 'soldIn'>,
  path: FieldPath,
  said: unknown,
  features: readonly PlanFeatureDefinition[],
): Money[] {
  if (said === undefined) return []
  if (!features.some(({ feature, overage }) => overage && !known.get(feature)?.overageMeter)) {
    if (!source.hasIssuesAt(path.slice(0, -1))) source.report(path, NOT_INVOICED)
    return []
  }
  const amounts = readAmounts(source, path, said, currency)
  if (!soldIn || source.hasIssuesAt(path)) return []
  for (const { currency: code } of amounts)
    if (!soldIn.includes(code)) source.reportKey([...path, code], notSoldIn(code))
  const missing = soldIn.find((code) => amounts.every((money) => money.currency !== code))
  if (missing !== undefined)
    source.report(path, `expected an amount in ${missing}, because the plan has prices in ${missing}`)
  return soldIn.flatMap((code) => amounts.find((money) => money.currency === code) ?? [])
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

/** Overage is charged with a subscription. */
function reportOverage({ source }: CatalogReader, path: FieldPath, features: readonly PlanFeatureDefinition[]): void {
  for (const { feature, overage } of features)
    if (overage) source.report([...path, 'features', feature, 'overage'], 'a plan without a price cannot have overage')
}
