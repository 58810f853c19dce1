import { creditOfLine, creditOfLines } from '#services/billing/model/decide-unused-credit.js'

const HALF = new Date('2026-02-15T00:00:00Z')
const line = (over: object = {}) => ({
  description: 'Large',
  quantity: 1,
  priceMinor: 10_000,
  paidMinor: 10_000,
  listedMinor: 10_000,
  periodStart: '2026-02-01T00:00:00.000Z',
  periodEnd: '2026-03-01T00:00:00.000Z',
  allowances: [],
  ...over,
})
const used = (granted: number, amount: number, feature = 'stories') => ({ feature, granted, used: amount })

describe('Credit for unused time', () => {
  it.each([
    ['the time that is left', line(), 5000],
    ['nothing after the period', line({ periodEnd: '2026-02-10T00:00:00.000Z' }), 0],
    ['the whole price before the period', line({ periodStart: '2026-02-20T00:00:00.000Z' }), 10_000],
    ['the allowance that is left, if it is less than the time', line({ allowances: [used(1000, 800)] }), 2000],
    ['the time that is left, if it is less than the allowance', line({ allowances: [used(1000, 100)] }), 5000],
    ['the feature that was used the most', line({ allowances: [used(10, 9, 'a'), used(1000, 600, 'b')] }), 1000],
    ['nothing for an allowance that is used up or exceeded', line({ allowances: [used(1000, 1200)] }), 0],
    ['the price after a discount', line({ paidMinor: 5000 }), 2500],
    ['the price with tax', line({ paidMinor: 12_000 }), 6000],
    ['nothing for what was not paid', line({ paidMinor: 0 }), 0],
    ['whole minor units, rounded down', line({ priceMinor: 3333 }), 1666],
  ])('is %s', (_what, given, credit) => {
    expect(creditOfLine(given, HALF)).toBe(credit)
  })

  it.each([
    ['USD', [10_000, 500], 10_000, [5000, 250]],
    ['USD', [10_000, 500], 5100, [5000, 100]],
    ['USD', [10_000, 500], 3000, [3000, 0]],
    ['USD', [], 3000, []],
    // Dinars are credited in steps of 0.010: 1.665 + 1.665 is 3.330, which is rounded once.
    ['KWD', [3340, 3340], 10_000, [1670, 1670]],
    ['KWD', [3330, 3330], 10_000, [1660, 1670]],
    ['KWD', [3330, 3330, 3330], 10_000, [1660, 1670, 1660]],
    ['KWD', [3330, 3330], 2500, [1660, 840]],
    ['KWD', [10], 10_000, [0]],
    // Ariary are charged whole.
    ['MGA', [1050, 1050], 10_000, [500, 500]],
  ])('gives lines in %s of %j, with %d left, %j', (currency, prices, left, parts) => {
    const lines = prices.map((priceMinor) => line({ priceMinor }))
    expect(creditOfLines({ currency, beginsPeriod: false, lines }, HALF, left)).toEqual(parts)
  })
})
