import { LRUCache } from 'lru-cache'

/**
 * Price of the units of a window. A tariff is stored and compared as its text: JSON with the fields in this order, without those that have
 * their default. Amounts are in the smallest unit of the currency.
 */
export interface Tariff {
  readonly currency: string
  /** Present: all units have the price of the tier that their sum reaches. Absent: each unit has the price of its tier. */
  readonly tiering?: 'VOLUME'
  /** First units of a window, which cost nothing and belong to no tier. Default: 0. */
  readonly free?: number
  /** Ascending. */
  readonly tiers: readonly Tier[]
  /** Least cost of a window in which units have a price. Default: 0. */
  readonly minimum?: number
  /** Highest cost of a window. Absent: no limit. */
  readonly maximum?: number
}

export interface Tier {
  /** Last unit of the tier. Absent: no end. */
  readonly upTo?: number
  /** Price of `per` units, as a decimal. */
  readonly price: string
  /** Default: 1. */
  readonly per?: number
  /** PACKAGE: each started package of `per` units has the price. PERCENT: the price is a percentage of the units. Absent: `per` units have it. */
  readonly kind?: 'PACKAGE' | 'PERCENT'
  /** Amount of a tier that units reach. Default: 0. */
  readonly flat?: number
}

/** Decimals of the price of a unit, after those of the currency. */
export const UNIT_PRICE_DECIMALS = 9
export const BILLIONTHS = 10n ** BigInt(UNIT_PRICE_DECIMALS)

/** Pure: a price in billionths of the smallest unit. */
export function billionths(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(UNIT_PRICE_DECIMALS, '0'))
}

/** Pure: the text of a tariff. Equal tariffs have equal texts. */
export const tariffText = ({ currency, tiering, free, tiers, minimum, maximum }: Tariff): string =>
  JSON.stringify({
    currency,
    tiering,
    free: free || undefined,
    tiers: tiers.map(({ upTo, price, per, kind, flat }) => ({
      upTo,
      price: canonicalDecimal(price),
      per: per === 1 ? undefined : per,
      kind,
      flat: flat || undefined,
    })),
    minimum: minimum || undefined,
    maximum,
  })

const canonicalDecimal = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal)

const parsed = new LRUCache<string, Tariff>({ max: 1000 })

/** Pure: the tariff of a text. */
export function tariffOf(text: string): Tariff {
  let tariff = parsed.get(text)
  if (!tariff) {
    tariff = JSON.parse(text) as Tariff
    parsed.set(text, tariff)
  }
  return tariff
}
