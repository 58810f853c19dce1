import fc from 'fast-check'
import { chargedText, partsText, termsText } from '#services/catalog/tariffs/describe-tariff.js'
import {
  certainUnits,
  costOf,
  costUp,
  exactCost,
  partsBetween,
  priceParts,
} from '#services/catalog/tariffs/price-units.js'
import { tariffOf, tariffText } from '#services/catalog/tariffs/tariff.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { PRICED } from '#test/support/priced-units.js'
import { anyPrice, tariffFrom } from '#test/support/tariffs.js'

// Generated tariffs. Replay a failure with SEED=<the printed seed> npm test -- unit/catalog/tariffs
const seed = Number(process.env['SEED'] ?? 20261127)
const sum = (parts: readonly { readonly exact: bigint }[]) => parts.reduce((total, { exact }) => total + exact, 0n)

/** The amount in which the numbers of a text result. */
const resultOf = (text: string): number =>
  text
    .split(', ')
    .filter(Boolean)
    .reduce((total, part) => total + resultOfPart(part), 0)

function resultOfPart(part: string): number {
  const number = (digits: string | undefined) => Number((digits ?? '0').replaceAll(/[$,]/g, ''))
  const ended =
    /^minus (\$\S+) (?:counted before for (.+)|by the maximum|that the minimum had added|charged before)$/.exec(part)
  if (ended) {
    if (ended[2]?.includes(' ')) expect(resultOf(ended[2])).toBeCloseTo(number(ended[1]), 8)
    return -number(ended[1])
  }
  if (/ free$| started before$/.test(part)) return 0
  const rest = /^(\$\S+) (?:up to the minimum|of an earlier maximum|not charged before)$/.exec(part)
  if (rest) return number(rest[1])
  const priced =
    /^(\S+)(?: starting (\S+) packages? of \S+ at (\S+)(?: each)?| at (\S+)%| at (\S+) (?:each|per (\S+)))?(?: plus (\S+))?$/.exec(
      part,
    )
  if (!priced) throw new Error(`unknown part: ${part}`)
  const [, units, packages, ofPackage, percent, price, per = '1', flat] = priced
  return (
    number(packages) * number(ofPackage) +
    (number(units) * number(percent)) / 100 +
    (number(units) * number(price)) / number(per) +
    number(flat)
  )
}

describe('Tariffs', () => {
  it('cost what the models of pricing say, in at least 150 cases', () => {
    expect(PRICED.flatMap(([, , , costs]) => costs).length).toBeGreaterThanOrEqual(150)
  })

  it.each(PRICED)('price units: %s in %s', (_title, currency, terms, costs) => {
    const tariff = tariffFrom(terms, currency)
    const priced = costs.map(([units]) => [units, toDecimal({ amountMinor: costOf(tariff, units), currency })])
    expect(priced).toEqual(costs)
    for (const [units] of costs) {
      const counted = priceParts(tariff, units).reduce((total, part) => total + part.units, 0)
      expect(counted).toBe(units)
    }
  })

  it('charge for any split of units what the whole costs, and name parts that sum to it', () => {
    fc.assert(
      fc.property(anyPrice, fc.array(fc.integer({ min: -40, max: 120 }), { maxLength: 12 }), (price, changes) => {
        const tariff = tariffFrom(price)
        let [before, charged, exact] = [0, 0, 0n]
        for (const change of changes) {
          const after = Math.max(0, before + change)
          charged += costOf(tariff, after) - costOf(tariff, before)
          const parts = partsBetween(tariff, before, after)
          expect(parts.reduce((total, { units }) => total + units, 0)).toBe(after - before)
          exact += sum(parts)
          before = after
        }
        expect(charged).toBe(costOf(tariff, before))
        expect(exact).toBe(exactCost(tariff, before))
        expect(costUp(tariff, before) - costOf(tariff, before)).toBeLessThanOrEqual(1)
      }),
      { seed, numRuns: 500 },
    )
  })

  it('never cost less for more units, unless the price of all units falls', () => {
    fc.assert(
      fc.property(anyPrice, fc.nat({ max: 900 }), (price, units) => {
        const tariff = tariffFrom(price)
        if (tariffOf(tariff).tiering !== 'VOLUME')
          expect(costOf(tariff, units + 1)).toBeGreaterThanOrEqual(costOf(tariff, units))
        expect(costOf(tariff, 0)).toBe(0)
      }),
      { seed, numRuns: 300 },
    )
  })

  it('are equal if they price the same, in whatever form a catalog states them', () => {
    expect(tariffFrom('price: 0.50')).toBe(tariffFrom('price: 0.5, per: 1'))
    expect(tariffFrom('graduated: [{ price: 0.5 }], free: 3')).toBe(tariffFrom('price: 0.5, free: 3'))
    expect(tariffFrom('price: 0.5, minimum: 0')).toBe(tariffFrom('price: 0.50'))
    expect(tariffFrom('volume: [{ up_to: 5, price: 2.50 }, { price: 2 }]')).toBe(
      '{"currency":"USD","tiering":"VOLUME","tiers":[{"upTo":5,"price":"250"},{"price":"200"}]}',
    )
    fc.assert(
      fc.property(anyPrice, (price) => {
        const tariff = tariffFrom(price)
        expect(tariffText(tariffOf(tariff))).toBe(tariff)
      }),
      { seed, numRuns: 200 },
    )
  })

  it('are named by numbers that result in the amount of a line, whatever was charged before', () => {
    fc.assert(
      fc.property(anyPrice, fc.array(fc.integer({ min: -40, max: 120 }), { maxLength: 12 }), (price, changes) => {
        const tariff = tariffFrom(price)
        let [before, charged] = [0, 0]
        for (const change of changes) {
          const after = Math.max(0, before + change)
          const exact = Number(exactCost(tariff, after) - exactCost(tariff, before)) / 1e11
          expect(resultOf(partsText(tariff, before, after))).toBeCloseTo(exact, 8)
          const amountMinor = Math.max(0, costOf(tariff, after) - charged)
          const text = chargedText(tariff, { from: before, units: after - before, amountMinor })
          if (amountMinor > 0) expect(Math.abs(resultOf(text) * 100 - amountMinor)).toBeLessThan(0.500001)
          charged += amountMinor
          before = after
        }
      }),
      { seed, numRuns: 300 },
    )
  })

  it.each([
    ['price: 9.00, package: 1000', 20, 2000, 900, '1,980 starting 1 package of 1,000 at $9.00'],
    ['price: 9.00, package: 1000', 20, 900, 0, '880 in a package of 1,000 that was started before'],
    ['price: 0.005', 3, 6, 1, '3 at $0.005 each, minus $0.01 charged before'],
    ['volume: [{ up_to: 10, price: 2 }, { price: 1 }]', 12, 25, 500, '13 at $1.00 each, minus $8.00 charged before'],
  ])('name what earlier lines charged: %s', (price, from, to, amountMinor, text) => {
    expect(chargedText(tariffFrom(price), { from, units: to - from, amountMinor })).toBe(text)
  })

  it.each([
    ['price: 0.40, per: 1000', 'USD', '$0.40 per 1,000', '1,250 at $0.40 per 1,000'],
    ['price: 0.002', 'USD', '$0.002 per unit', '1,250 at $0.002 each'],
    ['price: 5.00, package: 100', 'USD', '$5.00 per started 100', '1,250 starting 13 packages of 100 at $5.00 each'],
    ['percent: 2.9, flat: 0.30', 'USD', '2.9% plus $0.30', '$12.50 at 2.9% plus $0.30'],
    [
      'graduated: [{ up_to: 1000, price: 0 }, { price: 0.002, flat: 5 }]',
      'USD',
      'free up to 1,000, then $0.002 per unit plus $5.00',
      '1,000 free, 250 at $0.002 each plus $5.00',
    ],
    [
      'volume: [{ up_to: 1000, price: 0.02 }, { price: 0.01 }], free: 50',
      'USD',
      '50 free, for all units $0.02 per unit up to 1,000 or $0.01 per unit',
      '50 free, 1,200 at $0.01 each',
    ],
    [
      'price: 0.001, minimum: 2, maximum: 9',
      'USD',
      '$0.001 per unit, at least $2.00, at most $9.00',
      '1,250 at $0.001 each, $0.75 up to the minimum',
    ],
    ['price: 0.5, maximum: 100', 'JPY', '¥0.5 per unit, at most ¥100', '1,250 at ¥0.5 each, minus ¥525 by the maximum'],
  ])('are named: %s', (price, currency, terms, parts) => {
    const tariff = tariffFrom(price, currency)
    expect(termsText(tariff)).toBe(terms)
    expect(partsText(tariff, 0, 1250)).toBe(parts)
  })

  it.each([
    ['volume: [{ up_to: 50, price: 2 }, { up_to: 80, price: 1, flat: 3 }, { price: 0.9 }], free: 7'],
    ['volume: [{ up_to: 20, price: 0, flat: 30 }, { price: 1 }], maximum: 60'],
    ['volume: [{ up_to: 20, price: 1 }, { price: 2 }]'],
    ['graduated: [{ up_to: 20, price: 2 }, { price: 1 }]'],
  ])('charge before the end of a window what no further use makes cheaper: %s', (price) => {
    const tariff = tariffFrom(price)
    for (let units = 0; units <= 150; units++) {
      const later = Array.from({ length: 151 - units }, (_, more) => costOf(tariff, units + more))
      const certain = certainUnits(tariff, units)
      expect(certain).toBeLessThanOrEqual(units)
      expect(costOf(tariff, certain)).toBeLessThanOrEqual(Math.min(...later))
      if (certain < units) expect(costOf(tariff, certain + 1)).toBeGreaterThan(Math.min(...later))
    }
  })

  it.each([
    [
      'volume: [{ up_to: 50, price: 1, flat: 2 }, { price: 0.8 }]',
      '60 at $0.80 each, minus $50.00 counted before for 48 at $1.00 each plus $2.00',
    ],
    [
      'volume: [{ up_to: 50, price: 0, flat: 30 }, { price: 0.8 }]',
      '60 at $0.80 each, minus $30.00 counted before for 48',
    ],
    ['price: 0.1, minimum: 5', '12 at $0.10 each, minus $0.20 that the minimum had added'],
    ['price: 0.1, maximum: 5', '12 at $0.10 each, minus $1.00 by the maximum'],
  ])('name what no longer counts: %s', (price, parts) => {
    expect(partsText(tariffFrom(price), 48, 60)).toBe(parts)
  })

  it('name what units change in each tier', () => {
    const volume = tariffFrom('volume: [{ up_to: 10, price: 2 }, { price: 1 }]')
    expect(partsText(volume, 10, 12)).toBe('12 at $1.00 each, minus $20.00 counted before for 10 at $2.00 each')
    const graduated = tariffFrom('graduated: [{ up_to: 10, price: 2 }, { price: 1 }]')
    expect(partsText(graduated, 8, 12)).toBe('2 at $2.00 each, 2 at $1.00 each')
    expect(partsText(graduated, 12, 9)).toBe(
      'minus $2.00 counted before for 1 at $2.00 each, minus $2.00 counted before for 2 at $1.00 each',
    )
  })
})
