import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import type { CatalogReader } from './catalog-reader.js'
import { priceFeedSchema } from './rate-card-schema.js'
import { PRICE_DECIMALS, readDecimal } from './read-decimal.js'
import type { PriceFeed } from './price-feed.js'
import type { RateCardDefinition } from './types.js'

const DIMENSION = 'model'

/** The public price list of a rate card. What is wrong is noted. */
export function readPriceFeed(
  reader: CatalogReader,
  path: FieldPath,
  value: unknown,
  dimensions: RateCardDefinition['dimensions'] | null,
): PriceFeed {
  const { said } = reader.readMap(path, value, priceFeedSchema)
  const dimension = said.dimension ?? DIMENSION
  if ((said.url === undefined) === (said.file === undefined)) reader.source.report(path, 'expected one of url and file')
  if (dimensions && !dimensions[dimension])
    reader.source.report(
      path,
      `unknown dimension ${dimension}${reader.source.didYouMean(dimension, Object.keys(dimensions))}`,
    )
  const has = (key: string) => reader.source.has([...path, key])
  const unitsPerDollar = readDecimal(reader, [...path, 'units_per_dollar'], PRICE_DECIMALS)
  if (unitsPerDollar === 0 && has('units_per_dollar'))
    reader.source.report([...path, 'units_per_dollar'], 'expected a decimal above 0')
  return {
    source: said.url ?? said.file ?? '',
    form: said.form ?? 'models.dev',
    dimension,
    providers: said.providers ?? [],
    unitsPerDollar,
    markUpPercent: said.mark_up_percent ?? 0,
    minimumMargin: has('minimum_margin') ? readDecimal(reader, [...path, 'minimum_margin'], PRICE_DECIMALS) : 0,
    decimals: said.decimals ?? 3,
    apply: said.apply === 'review' ? 'REVIEW' : 'AUTOMATIC',
  }
}
