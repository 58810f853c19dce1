import { splitDateRange, dateRangeOf } from '#services/ops/analytics/split-date-range.js'
import { performanceOf } from '#services/ops/analytics/package-performance.js'
import type { SalesRow } from '#services/ops/analytics/sales.js'

const at = (text: string) => new Date(text)
const show = ({ from, to }: { from: Date; to: Date }) =>
  `${from.toISOString().slice(0, 16)} ${to.toISOString().slice(0, 16)}`

describe('A stretch of time is read by whole days and its edges', () => {
  it.each<[string, string, string | null, string[]]>([
    ['2026-01-01T00:00Z', '2026-01-03T00:00Z', '2026-01-01T00:00 2026-01-03T00:00', []],
    [
      '2026-01-01T08:00Z',
      '2026-01-03T00:00Z',
      '2026-01-02T00:00 2026-01-03T00:00',
      ['2026-01-01T08:00 2026-01-02T00:00'],
    ],
    [
      '2026-01-01T00:00Z',
      '2026-01-02T08:00Z',
      '2026-01-01T00:00 2026-01-02T00:00',
      ['2026-01-02T00:00 2026-01-02T08:00'],
    ],
    [
      '2026-01-01T08:00Z',
      '2026-01-03T08:00Z',
      '2026-01-02T00:00 2026-01-03T00:00',
      ['2026-01-01T08:00 2026-01-02T00:00', '2026-01-03T00:00 2026-01-03T08:00'],
    ],
    ['2026-01-01T08:00Z', '2026-01-02T08:00Z', null, ['2026-01-01T08:00 2026-01-02T08:00']],
    ['2026-01-01T08:00Z', '2026-01-01T09:00Z', null, ['2026-01-01T08:00 2026-01-01T09:00']],
    ['2026-01-01T08:00Z', '2026-01-01T08:00Z', null, []],
    ['2026-01-01T00:00Z', '2026-01-01T00:00Z', null, []],
  ])('%s to %s: days %s, edges %j', (from, to, days, edges) => {
    const split = splitDateRange({ from: at(from), to: at(to) })
    expect([split.days && show(split.days), split.edges.map(show)]).toEqual([days, edges])
  })

  it('from the beginning until now when nothing is said, and never backwards', () => {
    const now = at('2026-01-05T00:00Z')
    // The end does not belong to it: what happened at the present moment does.
    expect(dateRangeOf({}, now)).toEqual({ from: at('2000-01-01T00:00Z'), to: new Date(now.getTime() + 1) })
    expect(() => dateRangeOf({ from: now, to: at('2026-01-04T00:00Z') }, now)).toThrow('from must be before to')
  })
})

describe('Product performance', () => {
  const sales = (row: Partial<SalesRow>): SalesRow => ({
    productId: 'a',
    currency: 'USD',
    purchases: 0,
    grossMinor: 0,
    reversedMinor: 0,
    checkoutsStarted: 0,
    checkoutsCompleted: 0,
    ...row,
  })

  it('is returned in the order of the sales, without reversed amounts', () => {
    const published = performanceOf(
      [
        sales({ productId: 'a', currency: 'GBP', purchases: 1, grossMinor: 5 }),
        sales({ productId: 'c', currency: 'GBP', checkoutsStarted: 2 }),
        sales({
          productId: 'a',
          purchases: 3,
          grossMinor: 1000,
          reversedMinor: 0,
          checkoutsStarted: 4,
          checkoutsCompleted: 3,
        }),
        sales({ productId: 'b', purchases: 2, grossMinor: 2000, reversedMinor: 1500 }),
      ],
      [sales({ productId: 'a', grossMinor: 300 }), sales({ productId: 'b', grossMinor: 10 })],
      [sales({ productId: 'a', grossMinor: 400 }), sales({ productId: 'b', grossMinor: 5, reversedMinor: 5 })],
    )
    expect(
      published.map((row) => [
        row.currency,
        row.productId,
        row.revenueMinor,
        row.averageMinor,
        row.trend30Days,
        row.conversionRate,
      ]),
    ).toEqual([
      ['GBP', 'a', 5, 5, null, null],
      ['GBP', 'c', 0, 0, null, 0],
      ['USD', 'a', 1000, 333, -0.25, 0.75],
      ['USD', 'b', 500, 250, null, null],
    ])
  })

  it.each([
    [5, 2, 3],
    [7, 2, 4],
    [1, 3, 0],
    [2, 3, 1],
    [9_007_199_254_740_991, 2, 4_503_599_627_370_496],
  ])('the average of %d over %d is %d', (grossMinor, purchases, average) => {
    expect(performanceOf([sales({ grossMinor, purchases })], [], [])[0]!.averageMinor).toBe(average)
  })
})
