import type { RateLine } from '#services/catalog/definition/types.js'

/**
 * Arithmetic of rate cards, in integers only. A price of one of a quantity has 9 decimals; with the factors of two
 * dimensions and a plan, of 2 decimals each, an exact amount has 15.
 */
const PRICE_SCALE = 10n ** 9n
export const EXACT_SCALE = 10n ** 15n
const HALF = EXACT_SCALE / 2n

/**
 * Pure: cost of a sum of a line, in billionths of a unit. Never falls when the sum rises: a volume tier whose first unit
 * makes the whole sum cheaper limits the cost of the sums below it.
 */
export function lineCost(
  { tiering, tiers, minimum }: Pick<RateLine, 'tiering' | 'tiers' | 'minimum'>,
  sum: bigint,
): bigint {
  const cost = tiers.length === 1 ? sum * BigInt(tiers[0]!.price) : tieredCost(tiering, tiers, sum)
  const least = sum > 0n && minimum > 0 ? BigInt(minimum) * PRICE_SCALE : 0n
  return cost > least ? cost : least
}

function tieredCost(tiering: RateLine['tiering'], tiers: RateLine['tiers'], sum: bigint): bigint {
  return tiering === 'GRADUATED' ? graduatedCost(tiers, sum) : volumeCost(tiers, sum)
}

function graduatedCost(tiers: RateLine['tiers'], sum: bigint): bigint {
  let cost = 0n
  let before = 0n
  for (const { upTo, price } of tiers) {
    const end = upTo === null || BigInt(upTo) > sum ? sum : BigInt(upTo)
    cost += (end - before) * BigInt(price)
    before = end
    if (before === sum) break
  }
  return cost
}

function volumeCost(tiers: RateLine['tiers'], sum: bigint): bigint {
  let cost: bigint | null = null
  let start = 0n
  for (const { upTo, price } of tiers) {
    if (cost === null) {
      if (upTo === null || sum <= BigInt(upTo)) cost = sum * BigInt(price)
    } else {
      const first = start * BigInt(price)
      if (first < cost) cost = first
    }
    if (upTo !== null) start = BigInt(upTo) + 1n
  }
  return cost ?? 0n
}

/** Price of a part of a line. */
export interface LinePrice {
  /** Whole units to charge. */
  readonly units: bigint
  /** Exact price, in 10^-15 units. */
  readonly exact: bigint
  /** Part of a unit, in 10^-15 units, that the line has been charged for incompletely (or too much, from one half on) so far. */
  readonly fraction: bigint
}

/**
 * Pure: price of the next amount of a line. The line is rounded once, half away from zero: its exact sum within the
 * window. What a call pays is the difference between the rounded sums after and before it, so that a split pays what the whole
 * would, and no call a negative amount.
 * @param factor product of the multipliers, with 6 decimals
 * @param counted sum and fraction of the line so far
 */
export function priceLine(
  line: Pick<RateLine, 'tiering' | 'tiers' | 'minimum'>,
  amount: bigint,
  factor: bigint,
  counted: { readonly quantity: bigint; readonly fraction: bigint },
): LinePrice {
  const exact = (lineCost(line, counted.quantity + amount) - lineCost(line, counted.quantity)) * factor
  const sum = counted.fraction + exact
  return {
    units: (sum + HALF) / EXACT_SCALE - (counted.fraction + HALF) / EXACT_SCALE,
    exact,
    fraction: sum % EXACT_SCALE,
  }
}

/** An amount of 10^-15 units as a decimal without trailing zeros. */
export function exactDecimal(exact: bigint): string {
  const fraction = String(exact % EXACT_SCALE)
    .padStart(15, '0')
    .replace(/0+$/, '')
  return `${exact / EXACT_SCALE}${fraction && `.${fraction}`}`
}
