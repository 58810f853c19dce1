import type { StoredPriceChange } from '#entities/catalog/price-list.entity.js'
import type { PriceFeed } from '../definition/price-feed.js'
import { priceKey, readPriceKey, wholeOf } from './price-key.js'
import { PriceDocumentError, type DollarPrices } from './read-price-document.js'

/** Price of one of a quantity, in billionths of a unit. By value of the dimension, then by the key of the price. */
export type FeedPrices = ReadonlyMap<string, ReadonlyMap<string, number>>

export interface DecidedPrices {
  /** Changes that are applied by the policy of the feed. */
  readonly plausible: readonly StoredPriceChange[]
  /** Changes that only an operator applies. */
  readonly held: readonly StoredPriceChange[]
}

const MILLION = 1_000_000
const BILLION = 1_000_000_000
/** A price that falls below a tenth, or rises to ten times, is held. */
const FACTOR = 10
/** A new price of a million above this is held, in US dollars. */
const MAX_NEW_DOLLARS = 1_000
/** Median of the prices of input of a million in US dollars. Outside of it the unit is another one. */
const MEDIAN = { from: 0.005, to: 100 }
/** Known prices from which on a change of most of them is a change of the unit. */
const ENOUGH = 5

/**
 * Pure: the changes of prices that a document of a feed makes. A price of 0 is left out, unless a margin makes it a price: the default line
 * of the card counts then. A part of a whole that has a price, such as cached input, is free at 0. A model that the document does not have any more keeps
 * its prices; a price above a size that its model does not have any more ends.
 * @throws PriceDocumentError if the prices are of another unit
 */
export function decidePrices(feed: PriceFeed, document: DollarPrices, known: FeedPrices): DecidedPrices {
  checkUnit(document)
  const plausible: StoredPriceChange[] = []
  const held: StoredPriceChange[] = []
  let compared = 0
  for (const [value, prices] of document) {
    for (const [key, dollars] of prices) {
      const { quantity, above } = readPriceKey(key)
      const after = unitPrice(feed, dollars)
      const stored = known.get(value)?.get(key)
      // A price of 0 that an operator applied is none.
      const before = stored || null
      if (before !== null) compared++
      const isFree = after === 0 && above === 0 && (prices.get(wholeOf(quantity) ?? '') ?? 0) > 0
      if (after === before || (after === 0 && before === null && !(isFree && stored === undefined))) continue
      const isPlausible =
        before === null ? dollars <= MAX_NEW_DOLLARS : after * FACTOR >= before && after < before * FACTOR
      ;(isPlausible ? plausible : held).push({
        value,
        quantity,
        ...(above > 0 && { above }),
        before,
        after,
        cost: Math.round(dollars * MILLION),
      })
    }
    for (const [key, before] of known.get(value) ?? []) {
      const { quantity, above } = readPriceKey(key)
      if (above > 0 && before > 0 && !prices.has(key) && prices.has(priceKey({ quantity, above: 0 })))
        plausible.push({ value, quantity, above, before, after: 0 })
    }
  }
  const jumped = held.filter(({ before }) => before !== null).length
  if (compared >= ENOUGH && jumped * 2 > compared)
    throw new PriceDocumentError(
      `${jumped} of ${compared} known prices fall below a tenth or rise to ten times: the unit differs.`,
    )
  return { plausible, held }
}

function checkUnit(document: DollarPrices): void {
  const inputs = [...document.values()]
    .flatMap((prices) => prices.get('input_tokens') ?? [])
    .filter((price) => price > 0)
    .toSorted((left, right) => left - right)
  const median = inputs[Math.floor(inputs.length / 2)]
  if (median !== undefined && (median < MEDIAN.from || median > MEDIAN.to))
    throw new PriceDocumentError(
      `The median price of a million input tokens is ${median} US dollars, not ${MEDIAN.from} to ${MEDIAN.to}: the unit differs.`,
    )
}

/** Price of one of a quantity with mark-up, rounded up, in billionths of a unit. The document's floats end here. */
function unitPrice(feed: PriceFeed, dollars: number): number {
  const cost = (dollars * feed.unitsPerDollar) / BILLION
  const margin = Math.max((cost * feed.markUpPercent) / 100, feed.minimumMargin / BILLION)
  const scale = 10 ** feed.decimals
  // Digits that a double does not have must not round a price up.
  const ofMillion = Math.ceil(Number(((cost + margin) * scale).toPrecision(12))) / scale
  return Math.round((ofMillion * BILLION) / MILLION)
}

/** Pure: prices with changes. */
export function withChanges(prices: FeedPrices, changes: readonly StoredPriceChange[]): FeedPrices {
  const changed = new Map(prices)
  for (const [value, ofValue] of Map.groupBy(changes, (change) => change.value))
    changed.set(
      value,
      new Map([
        ...(prices.get(value) ?? []),
        ...ofValue.map(({ quantity, above = 0, after }) => [priceKey({ quantity, above }), after] as const),
      ]),
    )
  return changed
}
