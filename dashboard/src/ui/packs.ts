import type { PackagesData } from '@stackgate/client/documents'
import { comparisonOfPlans as texts } from '../words/en/plan-comparison.js'
import { count, money, percent } from './format.js'

type Package = PackagesData['packages'][number]
type Price = Package['prices'][number]

/** A pack of credits, and how its price compares with those of the same units. */
export interface ComparedPack {
  readonly pack: Package
  readonly price: Price
  /** Price of so many units that it is one that people know. */
  readonly unitPrice: string
  /** Part of the price of a unit that is saved against the smallest pack. Empty for none. */
  readonly saving: string
}

/** Fewest units whose price is one that people know: one, or a thousand where one costs less than a cent. */
const UNITS = [1, 1_000, 1_000_000] as const

/** Pure: the packs that are for sale, the smallest first, by their units and currency: prices of others cannot be compared. */
export function comparedPacks(packages: readonly Package[]): readonly (readonly ComparedPack[])[] {
  const packs = packages.flatMap((pack) => {
    const [price] = pack.prices
    // Without the price of each part, several kinds of units have no price of one unit.
    const [grant, ...others] = pack.grants.filter(({ amount }) => amount)
    if (!pack.active || pack.type !== 'CREDIT_PACK' || !price || !grant?.amount || others.length > 0) return []
    return [{ pack, price, amount: grant.amount, key: `${grant.feature.code} ${price.money.currency}` }]
  })
  return [...Map.groupBy(packs, ({ key }) => key).values()].map((ofOne) => {
    const sorted = ofOne
      .map((each) => ({ ...each, one: Number(each.price.money.decimal) / each.amount }))
      .toSorted((left, right) => left.amount - right.amount)
    const lowest = Math.min(...sorted.map(({ one }) => one))
    const units = UNITS.find((each) => lowest * each >= 0.01) ?? 1
    return sorted.map(({ pack, price, one }) => ({
      pack,
      price,
      unitPrice: texts.unitPrice(money({ ...price.money, decimal: String(one * units) }), count(units)),
      saving: savingText(1 - one / sorted[0]!.one),
    }))
  })
}

/** Whole percents, rounded down: a pack never saves less than its text says. */
function savingText(part: number): string {
  const whole = Math.floor(part * 100 + 1e-9) / 100
  return whole >= 0.01 ? percent(whole) : ''
}
