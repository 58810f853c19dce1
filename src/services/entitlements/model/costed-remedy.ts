import type { Money } from '#services/kernel/money/money.js'
import type { PriceView, Remedy } from '#services/kernel/denials/denial.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

/** A remedy that needs several units of its price. */
export interface QuantifiedRemedy extends Remedy {
  readonly times: number
}

export const withQuantity = (remedy: Remedy, times: number): QuantifiedRemedy => ({ ...remedy, times })

/** Number of units of its price that a remedy needs. */
export const timesOf = (remedy: Remedy | QuantifiedRemedy): number => ('times' in remedy ? remedy.times : 1)

/** Total cost at the remedy's price. Null without a price. */
export const totalCost = (remedy: Remedy | QuantifiedRemedy): PriceView['money'] | null =>
  remedy.price && { ...remedy.price.money, amountMinor: remedy.price.money.amountMinor * timesOf(remedy) }

/** A remedy with what it costs on its next payment, quantity included; null: nothing. */
export interface CostedRemedy {
  readonly remedy: Remedy
  readonly cost: Money | null
}

/** Cheapest first; what costs the same keeps its order. */
export function cheapestFirst(catalog: CatalogSnapshot, remedies: readonly CostedRemedy[]): Remedy[] {
  const comparable = comparableCost(catalog)
  return remedies.toSorted((a, b) => comparable(a.cost) - comparable(b.cost)).map(({ remedy }) => remedy)
}

/**
 * Converts amounts at the catalog's own rate: the sums of all prices stated in both currencies. Without such prices,
 * minor units count equally. Used only to sort offers, never to charge.
 */
function comparableCost(catalog: CatalogSnapshot): (cost: Money | null) => number {
  const sums = new Map<string, { own: number; other: number }>()
  for (const { prices } of [...catalog.plans, ...catalog.packages])
    for (const own of prices.filter(({ currency }) => currency === catalog.currency))
      for (const other of prices.filter(
        ({ interval, currency }) => interval === own.interval && currency !== own.currency,
      )) {
        const known = sums.get(other.currency) ?? { own: 0, other: 0 }
        sums.set(other.currency, {
          own: known.own + own.amountMinor,
          other: known.other + other.amountMinor,
        })
      }
  return (cost) => {
    if (!cost) return 0
    const rate = sums.get(cost.currency)
    return rate ? (cost.amountMinor * rate.own) / rate.other : cost.amountMinor
  }
}
