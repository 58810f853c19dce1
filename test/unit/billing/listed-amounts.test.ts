import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { listedOf } from '#services/billing/model/paid-bills.js'

const catalog = {
  priceById: new Map([['price', { money: { amountMinor: 2000, currency: 'USD' } }]]),
} as unknown as CatalogSnapshot
const PERIOD = { start: new Date('2026-02-01T00:00:00Z'), end: new Date('2026-03-01T00:00:00Z') }

const listed = (over: object) =>
  listedOf(
    catalog,
    {
      description: 'Large',
      amountMinor: 900,
      quantity: 1,
      proration: true,
      periodStart: '2026-02-15T00:00:00.000Z',
      periodEnd: '2026-03-01T00:00:00.000Z',
      priceExternalId: 'price_1',
      priceId: 'price',
      ...over,
    },
    PERIOD,
  )

describe('The amount of a line before discounts', () => {
  it.each([
    ['the price for its part of the period, if a percentage was taken off', {}, 1000],
    ['negative for what is returned', { amountMinor: -900 }, -1000],
    ['that of all units', { amountMinor: 2700, quantity: 3 }, 3000],
    ['its own, if it differs by rounding', { amountMinor: 999 }, 999],
    ['its own, if more was charged', { amountMinor: 1500 }, 1500],
    ['its own, if it is no proration', { proration: false }, 900],
    ['its own for a price that is not in the catalog', { priceId: null }, 900],
    ['its own for another interval', { amountMinor: -900, periodEnd: '2026-12-01T00:00:00.000Z' }, -900],
  ])('is %s', (_what, over, amount) => {
    expect(listed(over)).toBe(amount)
  })
})
