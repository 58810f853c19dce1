import { PROMPT_QUANTITIES, wholeOf } from '#services/catalog/prices/price-key.js'
import { DEFAULT_VALUE, DIMENSION_VALUE, isDefaultLine, lineKey } from '#services/catalog/definition/rate-line.js'
import type { AppliedPriceList } from '#services/catalog/definition/price-feed.js'
import type {
  FeatureDefinition,
  RateCardDefinition,
  RateCardVersion,
  RateLine,
} from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { MAX_AMOUNT } from './max-amount.js'
import { windowOf } from './entitlement-sources.js'
import type { AccountSnapshot, RatedUsage } from './account-snapshot.js'
import { windowAt } from './quota-window.js'
import { exactDecimal, priceLine } from './line-price.js'
import type { PricedLine, UsagePrice } from '#entities/entitlements/usage-price.js'
import { invalidWork, shown, validateWork, type Work } from './work.js'

/** Work with its price, and the counts of its lines afterwards. */
export interface PricedWork {
  readonly price: UsagePrice
  readonly counted: readonly RatedUsage[]
}

/** Hundredths of a dimension's factor, for a product with 6 decimals. */
const ONE = 100

/** Time whose version of the card prices work. */
export interface PricedTime {
  readonly at: Date
  /** True for use that has happened: its quantities count in the present window if that of its time has ended. */
  readonly isFact: boolean
  /** Plan whose rates count, null if those of the card do. Absent: a plan that the account holds. */
  readonly plan?: string | null
}

/**
 * Pure: the price of work by the rate card of a feature, or the denial of work that the card does not price. Nothing is
 * ever free because the card does not know it.
 */
export function priceWork(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  work: Work,
  { at, isFact, plan: ratedPlan }: PricedTime = { at: snapshot.at, isFact: false },
): PricedWork | { readonly denial: Denial } {
  const card = catalog.rateCards.get(feature.code)
  if (!card)
    return {
      denial: validateWork(work) ?? invalidWork(`${feature.name} has no rate card. Use amount instead of work.`),
    }
  const version = versionAt(card, at) ?? (isFact ? card.versions[0] : undefined)
  if (!version) return { denial: invalidWork(`The rate card of ${feature.name} does not count yet.`) }
  const list = card.priceLists.findLast(({ from }) => !isAfter(from, at))
  const denial = validateWork(work) ?? validateDimensions({ card, version, list }, work)
  if (denial) return { denial }
  const { anchor } = windowOf(snapshot, feature)
  const ofTime = windowAt(card.window, anchor, at)
  const isOver = !isAfter(ofTime.end, snapshot.at)
  if (isOver && !isFact)
    return {
      denial: refused('INVALID_PARAMETERS', 'The time of use must be within the current period.', { field: 'at' }),
    }
  const window = isOver ? windowAt(card.window, anchor, snapshot.at) : ofTime

  const dimensions: Record<string, string> = {}
  for (const { name, value } of work.dimensions) dimensions[name] = value
  const held = ratedPlan === undefined ? snapshot.held.map(({ plan: { code } }) => code) : [ratedPlan ?? '']
  const plan = held.find((code) => Object.hasOwn(version.plans, code)) ?? null
  const factor = factorOf(version, dimensions, plan)
  const factorText = exactDecimal(factor * 10n ** 9n)
  const promptSize = work.quantities.reduce(
    (sum, { name, amount }) => (PROMPT_QUANTITIES.includes(name) ? sum + amount : sum),
    0,
  )
  const lines: PricedLine[] = []
  const counted: RatedUsage[] = []
  let units = 0n
  let isListed = false
  let isDefault = false
  let cost: bigint | null = 0n
  for (const { name, amount } of work.quantities) {
    if (amount === 0) continue
    const found = findLine({ card, version, list }, plan, name, dimensions)
    const { line } = found
    isListed ||= found.isListed
    isDefault ||= line !== undefined && isDefaultLine(line)
    if (!line) return { denial: invalidWork(unpriced(feature, name, work)) }
    const before = countedOf(snapshot, {
      feature: feature.code,
      line: line.key,
      windowStart: window.start,
      windowEnd: window.end,
    })
    if (before.quantity + amount > Number.MAX_SAFE_INTEGER) return { denial: tooMuch() }
    const sized = atSize(line, promptSize)
    const ofOne = sized.tiers[0]!.cost
    cost = cost === null || ofOne === undefined ? null : cost + BigInt(amount) * BigInt(ofOne)
    const priced = priceLine(sized, BigInt(amount), factor, {
      quantity: BigInt(before.quantity),
      fraction: BigInt(before.fraction),
    })
    counted.push({ ...before, quantity: before.quantity + amount, fraction: Number(priced.fraction) })
    units += priced.units
    lines.push({
      line: line.key,
      quantity: name,
      amount,
      before: before.quantity,
      factor: factorText,
      exact: exactDecimal(priced.exact),
      units: Number(priced.units),
    })
  }
  const isRaised = units < BigInt(version.minimum)
  const total = isRaised ? version.minimum : Number(units)
  if (total > MAX_AMOUNT) return { denial: tooMuch() }
  const price: UsagePrice = {
    version: version.version,
    ...(isListed && { list: list!.version }),
    ...(isDefault && { byDefault: true as const }),
    ...(isListed && cost !== null && { listCost: exactDecimal(cost * 1_000n) }),
    units: total,
    dimensions,
    lines,
    minimum: isRaised ? version.minimum : null,
    plan,
    windowStart: window.start.toISOString(),
  }
  return { price, counted }
}

/** The version that counts at a time. Undefined before the first. */
function versionAt({ versions }: RateCardDefinition, at: Date): RateCardVersion | undefined {
  return versions.findLast(({ from }) => !isAfter(from, at))
}

/** Prices that count at a time: of the card, and of its feed. */
interface Prices {
  readonly card: RateCardDefinition
  readonly version: RateCardVersion
  readonly list: AppliedPriceList | undefined
}

function validateDimensions({ card, version, list }: Prices, { dimensions }: Work) {
  for (const { name, value } of dimensions) {
    const allowed = Object.hasOwn(card.dimensions, name) ? card.dimensions[name] : undefined
    if (!allowed) return invalidWork(`The rate card has no dimension ${shown(name)}.`)
    if (allowed.includes(value) || (card.feed?.dimension === name && list?.lines.has(value))) continue
    const hasDefault = version.lines.some(({ when }) => when[name]?.[0] === DEFAULT_VALUE)
    if (!hasDefault || !DIMENSION_VALUE.test(value))
      return invalidWork(`Dimension ${name} has no value ${shown(value)}.`)
  }
  return null
}

/** Product of the multipliers that apply, with 6 decimals. */
function factorOf(
  { multipliers, plans }: RateCardVersion,
  dimensions: Readonly<Record<string, string>>,
  plan: string | null,
): bigint {
  let factor = BigInt(plan === null ? ONE : plans[plan]!.multiplier)
  let missing = 2
  for (const dimension in multipliers) {
    const factors = multipliers[dimension]!
    const value = dimensions[dimension]
    factor *= BigInt(value !== undefined && Object.hasOwn(factors, value) ? factors[value]! : ONE)
    missing--
  }
  for (; missing > 0; missing--) factor *= BigInt(ONE)
  return factor
}

/** The first line that matches: of the plan, of the version, of the feed, and last a default line. */
function findLine(
  { card: { feed }, version, list }: Prices,
  plan: string | null,
  quantity: string,
  dimensions: Readonly<Record<string, string>>,
): { readonly line: RateLine | undefined; readonly isListed: boolean } {
  const matches = (line: RateLine, isLast: boolean): boolean => {
    if (line.quantity !== quantity) return false
    for (const dimension in line.when) {
      const value = dimensions[dimension]
      const allowed = line.when[dimension]!
      if (value === undefined || !(allowed.includes(value) || (isLast && allowed[0] === DEFAULT_VALUE))) return false
    }
    return true
  }
  const ofPlan = plan === null ? [] : version.plans[plan]!.lines
  const find = (isLast: boolean) =>
    ofPlan.find((line) => matches(line, isLast)) ?? version.lines.find((line) => matches(line, isLast))
  const own = find(false)
  if (own) return { line: own, isListed: false }
  const ofModel = feed ? list?.lines.get(dimensions[feed.dimension] ?? '') : undefined
  const listed = ofModel?.get(quantity)
  if (listed) return { line: listed, isListed: true }
  const byDefault = find(true)
  if (byDefault) return { line: byDefault, isListed: false }
  // A part without a price costs as much as the rest of its whole.
  const whole = ofModel?.get(wholeOf(quantity) ?? '')
  return whole
    ? { line: { ...whole, quantity, key: lineKey(quantity, whole.when) }, isListed: true }
    : { line: undefined, isListed: false }
}

/** The line for a call with a prompt of a size: all of its tokens have one price. */
function atSize(line: RateLine, size: number): RateLine {
  const above = line.above?.findLast((one) => size > one.size)
  return above ? { ...line, tiers: [{ ...above, upTo: null }] } : line
}

const tooMuch = (): Denial => refused('INVALID_AMOUNT', `work must cost at most ${MAX_AMOUNT}.`, { field: 'work' })

/** Counts of a line before this call. */
function countedOf(
  snapshot: AccountSnapshot,
  wanted: Pick<RatedUsage, 'feature' | 'line' | 'windowStart' | 'windowEnd'>,
): RatedUsage {
  const is = (rated: RatedUsage): boolean =>
    rated.line === wanted.line &&
    rated.feature === wanted.feature &&
    rated.windowStart.getTime() === wanted.windowStart.getTime() &&
    rated.windowEnd.getTime() === wanted.windowEnd.getTime()
  return snapshot.rated.find(is) ?? { ...wanted, quantity: 0, fraction: 0 }
}

const unpriced = (feature: FeatureDefinition, name: string, { dimensions }: Work): string =>
  `The rate card of ${feature.name} has no price of ${shown(name)}${dimensions.length > 0 ? ` for ${dimensions.map((one) => `${one.name} ${one.value}`).join(', ')}` : ''}.`
