import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import type { CatalogReader } from './catalog-reader.js'
import { DEFAULT_VALUE, lineKey } from './rate-line.js'
import { PRICE_DECIMALS, readDecimal } from './read-decimal.js'
import { readPriceFeed } from './read-price-feed.js'
import type { Entry } from './file-schema.js'
import { rateLineSchema, rateVersionSchema, type SaidRateLine } from './rate-card-schema.js'
import type {
  FeatureDefinition,
  OveragePolicy,
  PlanRates,
  RateCardDefinition,
  RateCardVersion,
  RateLine,
  RateTier,
} from './types.js'

/** Decimals of a multiplier. With two dimensions and a plan, exact amounts have 15 decimals, which 64 bits hold. */
const FACTOR_DECIMALS = 2
const MULTIPLIED_DIMENSIONS = 2
const MAX_FACTOR = 1_000
/** A million units for one of a quantity: more is surely a slip of the finger. */
const MAX_PRICE = 1_000_000 * 10 ** PRICE_DECIMALS

type Said = Partial<Entry<'rate_cards'>>
/** Null if they are wrong themselves, so that nothing is compared with them. */
type Dimensions = RateCardDefinition['dimensions'] | null

/** The rate cards of a catalog; wrong ones are noted and left out. */
export function readRateCards(
  reader: CatalogReader,
  features: ReadonlyMap<string, FeatureDefinition>,
): RateCardDefinition[] {
  return reader.entries('rate_cards').map(({ code, said }) => {
    const path = ['rate_cards', code]
    const feature = features.get(code)
    if (!reader.declares('features', code, path, 'key')) return card(reader, path, code, said)
    if (feature && feature.kind !== 'CREDIT' && feature.kind !== 'QUOTA')
      reader.source.reportKey(path, 'only a quota or credits can have a rate card')
    for (const name of Object.keys(said.dimensions ?? {}))
      if (feature?.properties.includes(name))
        reader.source.report(
          [...path, 'dimensions', name],
          'expected another name than that of a property of the feature',
        )
    return card(reader, path, code, said)
  })
}

function card(reader: CatalogReader, path: FieldPath, feature: string, said: Said): RateCardDefinition {
  const dimensions = reader.source.hasIssuesAt([...path, 'dimensions']) ? null : (said.dimensions ?? {})
  const versions = (said.versions ?? []).map((version, index) =>
    readVersion(reader, [...path, 'versions', index], { dimensions, value: version, number: index + 1 }),
  )
  versions.forEach(({ from }, index) => {
    if (index > 0 && from <= versions[index - 1]!.from)
      reader.source.report([...path, 'versions', index, 'from'], 'expected a time after that of the version before')
  })
  return {
    feature,
    dimensions: dimensions ?? {},
    window: said.window ?? 'month',
    overage: (said.overage ?? 'reject').toUpperCase() as OveragePolicy,
    versions,
    feed: said.feed === undefined ? null : readPriceFeed(reader, [...path, 'feed'], said.feed, dimensions),
    priceLists: [],
  }
}

function readVersion(
  reader: CatalogReader,
  path: FieldPath,
  { dimensions, value, number }: { dimensions: Dimensions; value: unknown; number: number },
): RateCardVersion {
  const { said } = reader.readMap(path, value, rateVersionSchema)
  return {
    version: number,
    from: new Date(said.from ?? Number.NaN),
    minimum: said.minimum ?? 0,
    lines: readLines(reader, [...path, 'lines'], dimensions, said.lines ?? []),
    multipliers: readMultipliers(reader, [...path, 'multipliers'], dimensions, said.multipliers ?? {}),
    plans: Object.fromEntries(
      Object.entries(said.plans ?? {}).map(([plan, rates]): [string, PlanRates] => {
        const here = [...path, 'plans', plan]
        reader.declares('plans', plan, here, 'key')
        return [
          plan,
          {
            multiplier: rates.multiplier === undefined ? 100 : readFactor(reader, [...here, 'multiplier']),
            lines: readLines(reader, [...here, 'lines'], dimensions, rates.lines ?? []),
          },
        ]
      }),
    ),
  }
}

function readMultipliers(
  reader: CatalogReader,
  path: FieldPath,
  dimensions: Dimensions,
  said: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): RateCardVersion['multipliers'] {
  if (Object.keys(said).length > MULTIPLIED_DIMENSIONS)
    reader.source.report(path, `at most ${MULTIPLIED_DIMENSIONS} dimensions can have multipliers`)
  return Object.fromEntries(
    Object.entries(said).map(([dimension, factors]) => {
      reportUnknown(reader, [...path, dimension], dimensions, dimension, Object.keys(factors))
      const read = Object.keys(factors).map((value) => [value, readFactor(reader, [...path, dimension, value])])
      return [dimension, Object.fromEntries(read) as Record<string, number>]
    }),
  )
}

function readLines(
  reader: CatalogReader,
  path: FieldPath,
  dimensions: Dimensions,
  values: readonly unknown[],
): RateLine[] {
  const keys = new Set<string>()
  const lines: Pick<RateLine, 'quantity' | 'when'>[] = []
  return values.map((value, index) => {
    const here = [...path, index]
    const { entry, said: line } = reader.readMap(here, value, rateLineSchema)
    const when = Object.fromEntries(
      Object.entries(line.when ?? {}).map(([dimension, value]) => {
        const values = typeof value === 'string' ? [value] : value
        reportUnknown(reader, [...here, 'when', dimension], dimensions, dimension, values)
        return [dimension, values]
      }),
    )
    const quantity = line.quantity ?? ''
    const key = lineKey(quantity, when)
    if (entry && keys.has(key)) reader.source.report(here, `another line has the same quantity and conditions: ${key}`)
    keys.add(key)
    const tiering = line.volume ? 'VOLUME' : 'GRADUATED'
    const earlier = lines.filter((other) => other.quantity === quantity)
    if (dimensions && line.quantity !== undefined && !reader.source.hasIssuesAt([...here, 'when'])) {
      if (isUnreachable(dimensions, when, earlier))
        reader.source.report(here, 'this line never counts: the lines before it match everything that it matches')
      lines.push({ quantity, when })
    }
    return {
      key,
      quantity,
      when,
      tiering,
      tiers: readTiers(reader, here, line),
      ...(line.above && { above: readSizes(reader, here, line) }),
      minimum: line.minimum ?? 0,
    }
  })
}

/** Combinations of values that are compared one by one. */
const MAX_COMBINATIONS = 20_000

/** True if each combination of values that a line matches is matched by an earlier line, which then counts. */
function isUnreachable(
  dimensions: NonNullable<Dimensions>,
  when: RateLine['when'],
  earlier: readonly Pick<RateLine, 'when'>[],
): boolean {
  const compared = [...new Set(earlier.flatMap((line) => Object.keys(line.when)))]
  let combinations: Record<string, string | undefined>[] = [{}]
  for (const dimension of compared) {
    // Work can leave out a dimension that the line does not name.
    const values = when[dimension] ?? [...(dimensions[dimension] ?? []), undefined]
    if (combinations.length * values.length > MAX_COMBINATIONS) return false
    combinations = combinations.flatMap((one) => values.map((value) => ({ ...one, [dimension]: value })))
  }
  const matches = (line: Pick<RateLine, 'when'>, values: Record<string, string | undefined>): boolean =>
    Object.entries(line.when).every(([dimension, allowed]) => allowed.includes(values[dimension] ?? ''))
  return earlier.length > 0 && combinations.every((values) => earlier.some((line) => matches(line, values)))
}

function readTiers(reader: CatalogReader, path: FieldPath, line: Partial<SaidRateLine>): RateTier[] {
  const forms = (['price', 'graduated', 'volume'] as const).filter((form) => reader.source.has([...path, form]))
  if (forms.length !== 1) reader.source.report(path, 'expected one of price, graduated and volume')
  const per = line.per ?? 1
  const perDecimals = Math.log10(per)
  if (!Number.isInteger(perDecimals) || perDecimals > PRICE_DECIMALS) {
    reader.source.report([...path, 'per'], 'expected 1, 10, 100 or another power of ten, at most 1000000000')
    return []
  }
  const [form] = forms
  if (form === undefined) return []
  if (form === 'price') return [{ upTo: null, price: readPrice(reader, [...path, 'price'], perDecimals) }]
  const tiers = line[form] ?? []
  tiers.forEach(({ up_to: upTo }, index) => {
    const isLast = index === tiers.length - 1
    const here = [...path, form, index]
    if (isLast && upTo !== undefined) reader.source.report([...here, 'up_to'], 'the last tier must not have an end')
    else if (!isLast && upTo === undefined) reader.source.report(here, 'only the last tier has no up_to')
    else if (!isLast && index > 0 && upTo! <= (tiers[index - 1]!.up_to ?? 0))
      reader.source.report([...here, 'up_to'], 'expected more than that of the tier before')
  })
  return tiers.map(({ up_to: upTo }, index) => ({
    upTo: upTo ?? null,
    price: readPrice(reader, [...path, form, index, 'price'], perDecimals),
  }))
}

/** Prices of calls with larger prompts. */
function readSizes(
  reader: CatalogReader,
  path: FieldPath,
  line: Partial<SaidRateLine>,
): NonNullable<RateLine['above']> {
  const here = [...path, 'above']
  if (line.price === undefined || line.minimum !== undefined)
    reader.source.report(here, 'expected a line with a price, and without a minimum')
  const perDecimals = Math.log10(line.per ?? 1)
  if (!Number.isInteger(perDecimals) || perDecimals > PRICE_DECIMALS) return []
  return line.above!.map(({ prompt: size }, index) => {
    if (index > 0 && size <= line.above![index - 1]!.prompt)
      reader.source.report([...here, index, 'prompt'], 'expected more than that of the size before')
    return { size, price: readPrice(reader, [...here, index, 'price'], perDecimals) }
  })
}

/** In billionths of a unit. */
function readPrice(reader: CatalogReader, path: FieldPath, perDecimals: number): number {
  const price = readDecimal(reader, path, PRICE_DECIMALS - perDecimals, perDecimals > 0 ? ', because of per' : '')
  if (price <= MAX_PRICE) return price
  reader.source.report(path, 'expected at most 1000000 units')
  return 0
}

/** In hundredths. */
function readFactor(reader: CatalogReader, path: FieldPath): number {
  const factor = readDecimal(reader, path, FACTOR_DECIMALS)
  if (factor <= MAX_FACTOR * 10 ** FACTOR_DECIMALS) return factor
  reader.source.report(path, `expected at most ${MAX_FACTOR}`)
  return 0
}

function reportUnknown(
  reader: CatalogReader,
  path: FieldPath,
  dimensions: Dimensions,
  dimension: string,
  values: readonly string[],
): void {
  if (dimensions === null) return
  const allowed = dimensions[dimension]
  if (!allowed) {
    const hint = reader.source.didYouMean(dimension, Object.keys(dimensions))
    reader.source.reportKey(path, `unknown dimension ${dimension}${hint}`)
    return
  }
  for (const value of values) {
    if (allowed.includes(value) || value === DEFAULT_VALUE) continue
    const hint = reader.source.didYouMean(value, allowed)
    reader.source.report(path, `dimension ${dimension} has no value ${value}${hint}`)
  }
}
