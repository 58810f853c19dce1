import {
  byLength,
  fitTogether,
  intervalsAfter,
  intervalText,
  intervalWord,
  monthsFor,
  periodAt,
  readInterval,
  toInterval,
  yearlyAmount,
} from '#services/catalog/products/interval.js'

describe('intervals', () => {
  it.each([
    [{ unit: 'WEEK', count: 1 }, 'WEEK', 'a week'],
    [{ unit: 'WEEK', count: 2 }, '2_WEEKS', 'every 2 weeks'],
    [{ unit: 'MONTH', count: 1 }, 'MONTH', 'a month'],
    [{ unit: 'MONTH', count: 3 }, 'QUARTER', 'every 3 months'],
    [{ unit: 'MONTH', count: 6 }, '6_MONTHS', 'every 6 months'],
    [{ unit: 'YEAR', count: 1 }, 'YEAR', 'a year'],
    [null, 'ONE_TIME', 'once'],
  ] as const)('%j is the word %s', (interval, word, text) => {
    expect(intervalWord(interval)).toBe(word)
    expect(toInterval(word)).toEqual(interval)
    expect(readInterval(word.toLowerCase())).toBe(word)
    expect(intervalText(word)).toBe(text)
  })

  it.each([
    ['12_months', 'YEAR'],
    ['3_MONTHS', 'QUARTER'],
    ['24_months', '2_YEARS'],
    ['0_months', null],
    ['months', null],
    ['-1_months', null],
    ['1.5_months', null],
    ['99999_weeks', null],
  ])('reads %s as %s', (text, word) => expect(readInterval(text)).toBe(word))

  it.each([
    [1_000, 'WEEK', 52_000],
    [1_000, '2_WEEKS', 26_000],
    [1_000, 'MONTH', 12_000],
    [1_000, 'QUARTER', 4_000],
    [1_000, '5_MONTHS', 2_400],
    [1_001, '5_MONTHS', 2_402],
    [1_000, 'YEAR', 1_000],
  ] as const)('%d %s is %d a year', (amount, interval, yearly) => expect(yearlyAmount(amount, interval)).toBe(yearly))

  it.each([
    ['2026-01-31T10:00:00Z', 'MONTH', 1, '2026-02-28T10:00:00Z'],
    ['2026-01-31T10:00:00Z', 'QUARTER', 1, '2026-04-30T10:00:00Z'],
    ['2026-01-31T10:00:00Z', 'WEEK', 5, '2026-03-07T10:00:00Z'],
    ['2026-08-31T10:00:00Z', '6_MONTHS', 1, '2027-02-28T10:00:00Z'],
    ['2024-02-29T10:00:00Z', 'YEAR', 1, '2025-02-28T10:00:00Z'],
    ['2026-04-30T10:00:00Z', 'QUARTER', -1, '2026-01-30T10:00:00Z'],
  ] as const)('%s and %s times %d is %s', (from, interval, periods, after) =>
    expect(intervalsAfter(new Date(from), interval, periods)).toEqual(new Date(after)),
  )

  it('finds the period of every day of six years, for each interval', () => {
    const anchor = new Date('2024-01-31T12:00:00Z')
    for (const interval of ['WEEK', '2_WEEKS', 'MONTH', 'QUARTER', '5_MONTHS', '6_MONTHS', 'YEAR'] as const)
      for (let day = -3; day < 6 * 366; day++) {
        const moment = new Date(anchor.getTime() + day * 86_400_000)
        const { index, start, end } = periodAt(anchor, interval, moment)
        expect([start, end]).toEqual([
          intervalsAfter(anchor, interval, index),
          intervalsAfter(anchor, interval, index + 1),
        ])
        if (day >= 0) expect(start <= moment && moment < end).toBe(true)
        else expect(index).toBe(0)
      }
  })

  it.each([
    ['WEEK', 2, 1],
    ['WEEK', 5, 1],
    ['WEEK', 9, 2],
    ['MONTH', 3, 3],
    ['5_WEEKS', 2, 3],
    ['QUARTER', 2, 6],
    ['YEAR', 1, 12],
  ] as const)('%s times %d has %d months', (interval, periods, months) =>
    expect(monthsFor(new Date('2024-01-31T12:00:00Z'), interval, periods)).toBe(months),
  )

  it('orders intervals by their length, and knows which can be billed together', () => {
    const words = ['YEAR', '6_MONTHS', 'WEEK', 'ONE_TIME', 'MONTH', 'QUARTER', '5_WEEKS'] as const
    expect(words.toSorted(byLength)).toEqual(['WEEK', 'MONTH', '5_WEEKS', 'QUARTER', '6_MONTHS', 'YEAR', 'ONE_TIME'])
    expect(fitTogether(['MONTH', 'QUARTER', 'YEAR'])).toBe(true)
    expect(fitTogether(['2_WEEKS', '4_WEEKS'])).toBe(true)
    expect(fitTogether(['QUARTER', '4_MONTHS'])).toBe(false)
    expect(fitTogether(['WEEK', 'MONTH'])).toBe(false)
  })
})
