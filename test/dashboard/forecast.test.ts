/** The types of the dashboard are not those of the server. */
const MODULE: string = '../../dashboard/src/pages/usage/forecast.js'

interface Day {
  readonly from: string
  readonly to: string
  readonly amount: number
}
interface Forecasts {
  readonly forecastOf: (
    days: readonly Day[],
    allowance: { readonly remaining: number; readonly resetsAt: string | null },
    now: string,
  ) => { readonly kind: string }
  readonly cumulativeOf: (
    days: readonly Day[],
    used: number,
    forecast: { readonly kind: string },
  ) => readonly { readonly from: string; readonly used: number | null; readonly expected: number | null }[]
}

const NOW = '2026-04-09T10:00:00.000Z'
const days = (...amounts: readonly number[]): readonly Day[] =>
  amounts.map((amount, index) => {
    const from = Date.UTC(2026, 3, 9 - amounts.length + 1 + index)
    return { from: new Date(from).toISOString(), to: new Date(from + 86_400_000).toISOString(), amount }
  })

describe('The use of an allowance up to each day', () => {
  let forecastOf: Forecasts['forecastOf']
  let cumulativeOf: Forecasts['cumulativeOf']
  beforeAll(async () => {
    ;({ forecastOf, cumulativeOf } = (await import(MODULE)) as Forecasts)
  })

  it('adds up the days of the window, which begins where what is used now began', () => {
    const used = days(500, 10, 20, 30)
    const forecast = forecastOf(used, { remaining: 1_000, resetsAt: '2026-04-11T00:00:00.000Z' }, NOW)
    expect(cumulativeOf(used, 60, forecast).map((day) => [day.from.slice(0, 10), day.used, day.expected])).toEqual([
      ['2026-04-07', 10, null],
      ['2026-04-08', 30, null],
      ['2026-04-09', 60, 60],
      ['2026-04-10', null, 200],
      ['2026-04-11', null, 340],
    ])
  })

  it('expects no more than the limit, and nothing without recent use', () => {
    const used = days(10, 10, 10)
    const lasts = forecastOf(used, { remaining: 25, resetsAt: '2026-05-01T00:00:00.000Z' }, NOW)
    expect(lasts).toMatchObject({ kind: 'lasts', until: '2026-04-11T22:00:00.000Z' })
    expect(cumulativeOf(used, 30, lasts).map(({ expected }) => expected)).toEqual([null, null, 30, 40, 50])
    expect(cumulativeOf(used, 30, { kind: 'idle' }).map(({ used: level }) => level)).toEqual([10, 20, 30])
  })
})
