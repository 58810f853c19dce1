import { Temporal } from 'temporal-polyfill'
import type { BillingInterval, RecurringInterval } from '#entities/kernel/billing-interval.js'
import type { IntervalInput } from '#schema/catalog/interval.type.js'
import { roundedQuotient } from '#services/kernel/money/rounded-quotient.js'

/** A billing interval as clients write it. What is paid once has none. */
export type Interval = Readonly<IntervalInput>

/** Intervals with a word of their own. All others are a number of units, as `6_MONTHS`. */
const NAMED: Readonly<Record<Exclude<RecurringInterval, `${number}_${string}`>, Interval>> = {
  DAY: { unit: 'DAY', count: 1 },
  WEEK: { unit: 'WEEK', count: 1 },
  MONTH: { unit: 'MONTH', count: 1 },
  QUARTER: { unit: 'MONTH', count: 3 },
  YEAR: { unit: 'YEAR', count: 1 },
}

/** The word for an interval in prices, files and REST. Each length has one: twelve months are a year. */
export function intervalWord(interval: Interval): RecurringInterval
export function intervalWord(interval: Interval | null): BillingInterval
export function intervalWord(interval: Interval | null): BillingInterval {
  if (!interval) return 'ONE_TIME'
  const { unit, count } = wholeYears(interval)
  const named = Object.entries(NAMED).find(([, known]) => known.unit === unit && known.count === count)
  return named ? (named[0] as RecurringInterval) : `${count}_${unit}S`
}

const wholeYears = (interval: Interval): Interval =>
  interval.unit === 'MONTH' && interval.count % 12 === 0 ? { unit: 'YEAR', count: interval.count / 12 } : interval

export function toInterval(word: RecurringInterval): Interval
export function toInterval(word: BillingInterval): Interval | null
export function toInterval(word: BillingInterval): Interval | null {
  if (word === 'ONE_TIME') return null
  const named = NAMED[word as keyof typeof NAMED]
  if (named) return named
  const [count, units] = word.split('_')
  return { unit: units!.slice(0, -1) as Interval['unit'], count: Number(count) }
}

const WORD = /^(?:ONE_TIME|DAY|WEEK|MONTH|QUARTER|YEAR|[1-9]\d{0,3}_(?:DAY|WEEK|MONTH|YEAR)S)$/

/** The interval of a text in any case, such as `month`, `quarter`, `6_months` or `one_time`. Null for other texts. */
export function readInterval(text: string): BillingInterval | null {
  const word = text.toUpperCase()
  return WORD.test(word) ? intervalWord(toInterval(word as BillingInterval)) : null
}

/** Periods of an interval in a year: twelve months, four quarters, 52 weeks. */
const PER_YEAR = { DAY: 365, WEEK: 52, MONTH: 12, YEAR: 1 } as const

/** Pure: the part of an amount that falls on a year, in whole minor units, rounded half up. What is paid once is counted once. */
export function yearlyAmount(amountMinor: number, interval: BillingInterval): number {
  if (interval === 'ONE_TIME') return amountMinor
  const { unit, count } = toInterval(interval)
  return Math.round((amountMinor * PER_YEAR[unit]) / count)
}

/** Pure: the part of a yearly amount that falls on a month, shared among `parts`, in whole minor units, rounded once. */
export const monthlyAmount = (yearlyMinor: number, parts = 1): number =>
  roundedQuotient(yearlyMinor, PER_YEAR.MONTH * parts)

/** Orders intervals by their length. What is paid once is last. */
export const byLength = (one: BillingInterval, other: BillingInterval): number =>
  one === other ? 0 : yearsOf(one) - yearsOf(other)

function yearsOf(interval: BillingInterval): number {
  if (interval === 'ONE_TIME') return Number.POSITIVE_INFINITY
  const { unit, count } = toInterval(interval)
  return count / PER_YEAR[unit]
}

/** True if prices of these intervals can be lines of one subscription: the smallest divides all of them. */
export function fitTogether(intervals: readonly BillingInterval[]): boolean {
  const parts = intervals.flatMap((interval) => {
    const each = toInterval(interval)
    return each ? [each.unit === 'DAY' || each.unit === 'WEEK' ? inUnits(each, 'DAY') : inUnits(each, 'MONTH')] : []
  })
  const smallest = Math.min(...parts.map(({ count }) => count))
  return parts.every(({ unit, count }) => unit === parts[0]!.unit && count % smallest === 0)
}

function inUnits({ unit, count }: Interval, smaller: 'DAY' | 'MONTH'): Interval {
  return { unit: smaller, count: count * (unit === 'WEEK' ? 7 : unit === 'YEAR' ? 12 : 1) }
}

/** Intervals that have an adverb. */
const ADVERBS: Readonly<Partial<Record<BillingInterval, string>>> = {
  ONE_TIME: 'once',
  DAY: 'daily',
  WEEK: 'weekly',
  MONTH: 'monthly',
  QUARTER: 'quarterly',
  YEAR: 'yearly',
}

/** In codes of what is sold: `monthly`, `6_months`. */
export const intervalSuffix = (interval: BillingInterval): string => ADVERBS[interval] ?? interval.toLowerCase()

/** After "billed" or "sold" in a sentence: `monthly`, `every 6 months`. */
export const intervalAdverb = (interval: BillingInterval): string => ADVERBS[interval] ?? intervalText(interval)

/** After an amount in a sentence: `a month`, `every 6 months`, `once`. */
export function intervalText(interval: BillingInterval): string {
  if (interval === 'ONE_TIME') return 'once'
  const { unit, count } = toInterval(interval)
  const name = unit.toLowerCase()
  return count === 1 ? `a ${name}` : `every ${count} ${name}s`
}

/** Adds periods to a time by the calendar: 31 January plus one month is 28 February, plus two is 31 March. Fewer than none are subtracted. */
export function intervalsAfter(from: Date, interval: RecurringInterval, periods: number): Date {
  const { unit, count } = toInterval(interval)
  const at = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO('UTC')
  return new Date(at.add({ [`${unit.toLowerCase()}s`]: count * periods }).epochMilliseconds)
}

export interface Period {
  readonly start: Date
  readonly end: Date
}

/** Pure: the period, counted from an anchor, in which a moment lies; the first one for a moment before it. */
export function periodAt(anchor: Date, interval: RecurringInterval, moment: Date): Period & { readonly index: number } {
  const { unit, count } = toInterval(interval)
  const years = (moment.getTime() - anchor.getTime()) / YEAR_MS
  // Calendar months differ in length, so the estimate can be one too low or too high.
  let index = Math.max(0, Math.floor((years * PER_YEAR_EXACT[unit]) / count) - 1)
  while (intervalsAfter(anchor, interval, index + 1) <= moment) index += 1
  return { index, start: intervalsAfter(anchor, interval, index), end: intervalsAfter(anchor, interval, index + 1) }
}

/** Pure: number of periods that begin from one time on, and before another one. */
export function periodsUntil(from: Date, interval: RecurringInterval, end: Date): number {
  if (end <= from) return 0
  const { index, start } = periodAt(from, interval, end)
  return start < end ? index + 1 : index
}

/**
 * Pure: number of months for periods from a time on, at least 1. Intervals below a month are rounded down, so that no month of further periods is
 * added, and longer ones up, because rounding down would lose a whole period.
 */
export function monthsFor(from: Date, interval: RecurringInterval, periods: number): number {
  const end = intervalsAfter(from, interval, periods)
  return byLength(interval, 'MONTH') < 0
    ? Math.max(1, periodAt(from, 'MONTH', end).index)
    : periodsUntil(from, 'MONTH', end)
}

const DAY_MS = 86_400_000
const YEAR_MS = 365.2425 * DAY_MS
const PER_YEAR_EXACT = { DAY: 365.2425, WEEK: 365.2425 / 7, MONTH: 12, YEAR: 1 } as const
