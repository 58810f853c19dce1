import { timeOfChange, type ReadChange } from '#services/billing/subscriptions/record-recurring-period.js'
import { roundedQuotient } from '#services/kernel/money/rounded-quotient.js'

const day = (number: number) => new Date(Date.UTC(2026, 0, number))
const NOW = day(20)
const read = (
  change: Partial<ReadChange['next']>,
  previous: ReadChange['previous'] = null,
  endedAt: Date | null = null,
) =>
  timeOfChange(
    {
      previous,
      next: { status: 'ACTIVE', currentPeriodStart: null, trialEnd: null, ...change },
      fetched: { startedAt: day(1), endedAt },
    },
    NOW,
  )
const running: ReadChange['previous'] = { status: 'ACTIVE', currentPeriodStart: day(1) }

describe('timeOfChange', () => {
  it.each([
    ['a start', read({}), day(1)],
    ['a start after a trial', read({ trialEnd: day(15) }), day(15)],
    ['a start in the future', read({ trialEnd: day(25) }, running), day(25)],
    ['the end of a trial', read({ trialEnd: day(15) }, { ...running, status: 'TRIALING' }), day(15)],
    ['a new period', read({ currentPeriodStart: day(18) }, running), day(18)],
    ['a change within the period', read({ currentPeriodStart: day(1) }, running), NOW],
    ['an end', read({ status: 'CANCELED' }, running, day(19)), day(19)],
    ['an end without a time', read({ status: 'CANCELED' }, running), NOW],
    ['an unpaid invoice', read({ status: 'UNPAID', currentPeriodStart: day(1) }, running), NOW],
  ])('is the time of %s', (_name, found, expected) => {
    expect(found).toEqual(expected)
  })
})

describe('roundedQuotient', () => {
  it('rounds exactly, halves away from zero', () => {
    const found = [18, -18, 17, -17, 0, 100].map((dividend) => roundedQuotient(dividend, 12))
    expect(found).toEqual([2, -2, 1, -1, 0, 8])
    expect(roundedQuotient(Number.MAX_SAFE_INTEGER, 2)).toBe(4_503_599_627_370_496)
  })
})
