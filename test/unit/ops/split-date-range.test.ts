import { splitDateRange } from '#services/entitlements/analytics/split-date-range.js'
import { salesMetrics } from '#services/billing/metrics/sales.js'

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
})

describe('average purchase', () => {
  it.each([
    [5, 2, 3],
    [7, 2, 4],
    [1, 3, 0],
    [2, 3, 1],
    [9_007_199_254_740_991, 2, 4_503_599_627_370_496],
    [0, 0, 0],
  ])('of %d over %d is %d', (grossMinor, purchases, average) => {
    const row = { purchases, grossMinor, reversedMinor: 0, checkoutsStarted: 0, checkoutsCompleted: 0 }
    expect(salesMetrics.AVERAGE_PURCHASE.value(row)).toBe(average)
  })
})
