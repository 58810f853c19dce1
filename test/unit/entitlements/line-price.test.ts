import fc from 'fast-check'
import type { RateLine } from '#services/catalog/definition/types.js'
import { EXACT_SCALE, exactDecimal, lineCost, priceLine } from '#services/entitlements/model/line-price.js'

// Random prices, tiers, multipliers and splits. Replay a failure with SEED=<the printed seed> npm test -- line-price
const seed = Number(process.env['SEED'] ?? 20261124)
const check = (property: fc.IProperty<never[]> | fc.IProperty<unknown[]>): void =>
  fc.assert(property as fc.IProperty<unknown[]>, { seed, numRuns: 500 })

type Line = Pick<RateLine, 'tiering' | 'tiers' | 'minimum'>

const price = fc.oneof(fc.integer({ min: 0, max: 5_000_000_000 }), fc.constantFrom(0, 1, 333_333_333, 500_000_000))
const line: fc.Arbitrary<Line> = fc
  .record({
    tiering: fc.constantFrom('GRADUATED' as const, 'VOLUME' as const),
    ends: fc.uniqueArray(fc.integer({ min: 1, max: 2_000 }), { maxLength: 3 }),
    prices: fc.array(price, { minLength: 4, maxLength: 4 }),
    minimum: fc.constantFrom(0, 0, 0, 1, 25),
  })
  .map(({ tiering, ends, prices, minimum }) => ({
    tiering,
    minimum,
    tiers: [...ends.sort((left, right) => left - right), null].map((upTo, index) => ({ upTo, price: prices[index]! })),
  }))
/** Products of three factors of two decimals. */
const factor = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.constantFrom(100, 50, 110), fc.constantFrom(100, 90))
  .map(([one, two, three]) => BigInt(one * two * three))
const parts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 12 })

/** Units of each part, one after the other, and the exact sum. */
function priced(of: Line, amounts: readonly number[], by: bigint) {
  let counted = { quantity: 0n, fraction: 0n }
  const units: bigint[] = []
  let exact = 0n
  for (const amount of amounts) {
    const one = priceLine(of, BigInt(amount), by, counted)
    units.push(one.units)
    exact += one.exact
    counted = { quantity: counted.quantity + BigInt(amount), fraction: one.fraction }
  }
  return { units, sum: units.reduce((left, right) => left + right, 0n), exact }
}

/** To the nearest integer, halves away from zero. */
const rounded = (exact: bigint): bigint => (2n * exact + EXACT_SCALE) / (2n * EXACT_SCALE)

describe('price of a line', () => {
  it('is the same for the whole and for any split of it', () => {
    check(
      fc.property(line, factor, parts, (of, by, amounts) => {
        const whole = priced(of, [amounts.reduce((left, right) => left + right, 0)], by)
        const split = priced(of, amounts, by)
        expect([split.sum, split.exact]).toEqual([whole.sum, whole.exact])
      }),
    )
  })

  it('is the exact sum of the window, rounded once with halves away from zero', () => {
    check(
      fc.property(line, factor, parts, (of, by, amounts) => {
        const { sum, exact } = priced(of, amounts, by)
        const total = BigInt(amounts.reduce((left, right) => left + right, 0))
        expect(exact).toBe(lineCost(of, total) * by)
        expect(sum).toBe(rounded(exact))
      }),
    )
  })

  it('is never negative, and never falls with more work', () => {
    check(
      fc.property(line, factor, parts, fc.nat(5_000), (of, by, amounts, more) => {
        for (const units of priced(of, amounts, by).units) expect(units >= 0n).toBe(true)
        const sum = BigInt(amounts[0]!)
        expect(lineCost(of, sum + BigInt(more)) >= lineCost(of, sum)).toBe(true)
      }),
    )
  })

  it('does not drift over changes of price and multiplier: at most half a unit in a window', () => {
    check(
      fc.property(fc.array(fc.tuple(line, factor, fc.integer({ min: 1, max: 700 })), { maxLength: 20 }), (calls) => {
        let counted = { quantity: 0n, fraction: 0n }
        let [units, exact] = [0n, 0n]
        for (const [of, by, amount] of calls) {
          const one = priceLine(of, BigInt(amount), by, counted)
          units += one.units
          exact += one.exact
          counted = { quantity: counted.quantity + BigInt(amount), fraction: one.fraction }
        }
        expect(units).toBe(rounded(exact))
      }),
    )
  })

  it('counts graduated tiers from the quantity before, and limits a volume price by the next tier', () => {
    const tiers = [
      { upTo: 100, price: 4_000_000_000 },
      { upTo: null, price: 3_000_000_000 },
    ]
    const units = (tiering: Line['tiering'], amount: bigint, quantity: bigint) =>
      priceLine({ tiering, tiers, minimum: 0 }, amount, 1_000_000n, { quantity, fraction: 0n }).units
    expect(units('GRADUATED', 50n, 0n)).toBe(200n)
    // 10 at 4, then 40 at 3.
    expect(units('GRADUATED', 50n, 90n)).toBe(160n)
    expect(units('VOLUME', 50n, 0n)).toBe(200n)
    // 101 cost 303, so 80 to 100 never cost more.
    expect(units('VOLUME', 80n, 0n)).toBe(303n)
    expect(units('VOLUME', 20n, 80n)).toBe(0n)
    expect(units('VOLUME', 50n, 100n)).toBe(147n)
  })

  it('rounds halves up and keeps what is left for the next call', () => {
    const half: Line = { tiering: 'GRADUATED', tiers: [{ upTo: null, price: 500_000_000 }], minimum: 0 }
    expect(priced(half, [1, 1, 1, 1], 1_000_000n).units).toEqual([1n, 0n, 1n, 0n])
    const third: Line = { ...half, tiers: [{ upTo: null, price: 400_000_000 }] }
    expect(priced(third, [1, 1, 1, 1, 1], 1_000_000n).units).toEqual([0n, 1n, 0n, 1n, 0n])
  })

  it('charges the minimum of a line once in a window', () => {
    const of: Line = { tiering: 'GRADUATED', tiers: [{ upTo: null, price: 1_000_000_000 }], minimum: 10 }
    expect(priced(of, [1, 5, 6], 1_000_000n).units).toEqual([10n, 0n, 2n])
  })

  it('is written as a decimal without a float', () => {
    expect(exactDecimal(0n)).toBe('0')
    expect(exactDecimal(123_450_000_000_000_000n)).toBe('123.45')
    expect(exactDecimal(1n)).toBe('0.000000000000001')
  })
})
