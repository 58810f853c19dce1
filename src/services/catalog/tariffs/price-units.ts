import { chargeStep } from '#services/kernel/money/charge-rules.js'
import { BILLIONTHS, billionths, tariffOf, type Tariff, type Tier } from './tariff.js'

/** A part of a price. The parts of units sum to their exact cost. */
export interface PricePart {
  /** FREE: units before the first tier. MINIMUM and MAXIMUM: the difference to them, which has no units. */
  readonly of: Tier | 'FREE' | 'MINIMUM' | 'MAXIMUM'
  /** Number of units. Negative if they left the part. */
  readonly units: number
  /** Exact cost in billionths of the smallest unit of the currency, with the flat amount of the tier. */
  readonly exact: bigint
  /** Part of the cost that is the flat amount of the tier. */
  readonly flat: bigint
}

/** Numbers of a tier in billionths of the smallest unit. */
interface Rate {
  readonly tier: Tier
  readonly above: number
  readonly upTo: number
  readonly per: bigint
  readonly price: bigint
  readonly flat: bigint
}

const rates = new WeakMap<Tariff, readonly Rate[]>()

function ratesOf(tariff: Tariff): readonly Rate[] {
  let found = rates.get(tariff)
  if (!found) {
    found = tariff.tiers.map((tier, index, tiers) => ({
      tier,
      above: tiers[index - 1]?.upTo ?? 0,
      upTo: tier.upTo ?? Infinity,
      per: BigInt(tier.per ?? 1),
      price: billionths(tier.price),
      flat: BigInt(tier.flat ?? 0) * BILLIONTHS,
    }))
    rates.set(tariff, found)
  }
  return found
}

/** Units of a window in the tier. */
function unitsIn(rate: Rate, units: number, isVolume: boolean): number {
  if (units <= rate.above) return 0
  if (isVolume) return units <= rate.upTo ? units : 0
  return Math.min(units, rate.upTo) - rate.above
}

function costIn({ tier, per, price }: Rate, units: number): bigint {
  const counted = BigInt(units)
  // The price of one unit has no more than nine decimals, so that the division is exact.
  return tier.kind === 'PACKAGE' ? ((counted + per - 1n) / per) * price : (counted * price) / per
}

/** Pure: the price of all units of a window by its parts, in the order of the tiers. */
export function priceParts(text: string, units: number): PricePart[] {
  const tariff = tariffOf(text)
  const { tiering, free = 0, minimum = 0, maximum } = tariff
  const isVolume = tiering === 'VOLUME'
  const freeUnits = Math.min(free, units)
  const priced = units - freeUnits
  const parts: PricePart[] = freeUnits > 0 ? [{ of: 'FREE', units: freeUnits, exact: 0n, flat: 0n }] : []
  if (priced <= 0) return parts
  let sum = 0n
  for (const rate of ratesOf(tariff)) {
    const inTier = unitsIn(rate, priced, isVolume)
    if (inTier === 0) continue
    const exact = costIn(rate, inTier) + rate.flat
    parts.push({ of: rate.tier, units: inTier, exact, flat: rate.flat })
    sum += exact
  }
  const [lowest, highest] = [BigInt(minimum) * BILLIONTHS, maximum === undefined ? null : BigInt(maximum) * BILLIONTHS]
  if (sum < lowest) parts.push({ of: 'MINIMUM', units: 0, exact: lowest - sum, flat: 0n })
  else if (highest !== null && sum > highest) parts.push({ of: 'MAXIMUM', units: 0, exact: highest - sum, flat: 0n })
  return parts
}

/** Pure: the parts by which the price of a window with `after` units differs from that with `before`. */
export function partsBetween(text: string, before: number, after: number): PricePart[] {
  const parts = new Map(priceParts(text, after).map((part) => [part.of, part]))
  for (const { of, units, exact, flat } of priceParts(text, before)) {
    const known = parts.get(of)
    parts.set(of, {
      of,
      units: (known?.units ?? 0) - units,
      exact: (known?.exact ?? 0n) - exact,
      flat: (known?.flat ?? 0n) - flat,
    })
  }
  return [...parts.values()].filter(({ units, exact }) => units !== 0 || exact !== 0n)
}

/** Pure: exact cost of all units of a window, in billionths of the smallest unit of the currency. */
export const exactCost = (text: string, units: number): bigint =>
  priceParts(text, units).reduce((sum, { exact }) => sum + exact, 0n)

const stepOf = (text: string): bigint => BigInt(chargeStep(tariffOf(text).currency))

/** Pure: cost of all units of a window in the smallest unit of the currency, rounded once to what can be charged, halves up. */
export const costOf = (text: string, units: number): number => roundedCost(text, exactCost(text, units))

/** Pure: an exact cost of at least zero in the smallest unit of the currency, rounded in the same way. */
export function roundedCost(text: string, exact: bigint): number {
  const step = stepOf(text)
  return Number(((exact * 2n + BILLIONTHS * step) / (BILLIONTHS * step * 2n)) * step)
}

/**
 * Pure: the highest number of units of a window whose cost is not above the lowest cost that the window can still end with. It is lower than
 * `units` where further use reaches a volume price that makes all units cheaper.
 */
export function certainUnits(text: string, units: number): number {
  const tariff = tariffOf(text)
  const { tiering, free = 0 } = tariff
  if (tiering !== 'VOLUME' || units <= free) return units
  const starts = ratesOf(tariff).map(({ above }) => free + above + 1)
  const lowest = Math.min(
    costOf(text, units),
    ...starts.filter((start) => start > units).map((start) => costOf(text, start)),
  )
  const begun = starts.filter((start) => start <= units)
  for (const [index, start] of [...begun.entries()].toReversed()) {
    if (costOf(text, start) > lowest) continue
    let [certain, uncertain] = [start, (index === begun.length - 1 ? units : begun[index + 1]! - 1) + 1]
    while (uncertain - certain > 1) {
      const middle = Math.floor((certain + uncertain) / 2)
      if (costOf(text, middle) > lowest) uncertain = middle
      else certain = middle
    }
    return certain
  }
  return free
}

/** Pure: the same cost, rounded up. */
export function costUp(text: string, units: number): number {
  const step = stepOf(text)
  return Number(((exactCost(text, units) + BILLIONTHS * step - 1n) / (BILLIONTHS * step)) * step)
}
