import type { PriceListRow, StoredPriceChange } from '#entities/catalog/price-list.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { AppliedPriceList } from '../definition/price-feed.js'
import { lineKey } from '../definition/rate-line.js'
import type { RateCardDefinition, RateLine, RateTier } from '../definition/types.js'
import { withChanges, type FeedPrices } from './decide-prices.js'
import { wholeOf } from './price-key.js'

type Applied = Pick<PriceListRow, 'feature' | 'version' | 'appliedAt' | 'changes'>

/** Lists that count, in the order of their application. */
const appliedLists = (sql: Sql, features: readonly string[]): Promise<Applied[]> =>
  features.length === 0
    ? Promise.resolve([])
    : sql.query
        .selectFrom('price_list')
        .select(['feature', 'version', 'appliedAt', 'changes'])
        .where('status', '=', 'APPLIED')
        .where('feature', 'in', [...features])
        .orderBy('feature')
        .orderBy('version')
        .execute()

/** Prices of a feed that count now. */
export const currentPrices = async (sql: Sql, feature: string): Promise<FeedPrices> =>
  (await appliedLists(sql, [feature])).reduce<FeedPrices>(
    (prices, { changes }) => withChanges(prices, changes),
    new Map(),
  )

/** Prices of the past are needed as long as work is recorded afterwards, and for the reservations of that time. */
const KEPT_MS = 45 * 86_400_000

/** The cards with the prices of their feeds. */
export async function withPriceLists(sql: Sql, cards: readonly RateCardDefinition[]): Promise<RateCardDefinition[]> {
  const fed = cards.filter(({ feed }) => feed !== null).map(({ feature }) => feature)
  const applied = Map.groupBy(await appliedLists(sql, fed), ({ feature }) => feature)
  return cards.map((card) => ({ ...card, priceLists: linesOf(card, applied.get(card.feature) ?? []) }))
}

function linesOf({ feed }: RateCardDefinition, applied: readonly Applied[]): AppliedPriceList[] {
  const since = (applied.at(-1)?.appliedAt?.getTime() ?? 0) - KEPT_MS
  let lines: AppliedPriceList['lines'] = new Map()
  const lists: AppliedPriceList[] = []
  for (const [index, { version, appliedAt, changes }] of applied.entries()) {
    lines = withLines(lines, feed!.dimension, changes)
    const until = applied[index + 1]?.appliedAt
    if (!until || until.getTime() > since) lists.push({ version: version!, from: appliedAt!, lines })
  }
  return lists
}

/** A price of 0 of a whole is none: the default line of the card counts. A part is free at 0. */
function withLines(
  lines: AppliedPriceList['lines'],
  dimension: string,
  changes: readonly StoredPriceChange[],
): AppliedPriceList['lines'] {
  const changed = new Map(lines)
  for (const [value, ofValue] of Map.groupBy(changes, (change) => change.value)) {
    const quantities = new Map(lines.get(value))
    for (const { quantity, above = 0, after, cost } of ofValue) {
      const line = quantities.get(quantity)
      if (above > 0) {
        if (line)
          quantities.set(quantity, { ...line, above: withSize(line.above ?? [], { size: above, price: after, cost }) })
      } else if (after > 0 || wholeOf(quantity) !== undefined) {
        const fresh = lineOf(quantity, { [dimension]: [value] }, { price: after, cost })
        quantities.set(quantity, line?.above ? { ...fresh, above: line.above } : fresh)
      } else quantities.delete(quantity)
    }
    changed.set(value, quantities)
  }
  return changed
}

/** Prices of larger prompts with one that changes. A price of 0 is none. */
const withSize = (
  prices: NonNullable<RateLine['above']>,
  fresh: NonNullable<RateLine['above']>[number],
): RateLine['above'] =>
  [...prices.filter(({ size }) => size !== fresh.size), ...(fresh.price > 0 ? [fresh] : [])].toSorted(
    (left, right) => left.size - right.size,
  )

const lineOf = (quantity: string, when: RateLine['when'], price: Omit<RateTier, 'upTo'>): RateLine => ({
  key: lineKey(quantity, when),
  quantity,
  when,
  tiering: 'GRADUATED',
  tiers: [{ upTo: null, ...price }],
  minimum: 0,
})
