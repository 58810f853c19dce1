import { Temporal } from 'temporal-polyfill'

export type RecurringInterval = 'MONTH' | 'YEAR'

export interface Period {
  readonly start: Date
  readonly end: Date
}

/** Adds calendar intervals to a time: 31 January plus one month is 28 February, plus two is 31 March. */
export function intervalsAfter(anchor: Date, interval: RecurringInterval, count: number): Date {
  const from = Temporal.Instant.fromEpochMilliseconds(anchor.getTime()).toZonedDateTimeISO('UTC')
  return new Date(from.add(interval === 'YEAR' ? { years: count } : { months: count }).epochMilliseconds)
}

/** Pure: the period, counted from an anchor, in which a moment lies; the first one for a moment before it. */
export function periodAt(anchor: Date, interval: RecurringInterval, moment: Date): Period & { readonly index: number } {
  const months = (moment.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + moment.getUTCMonth() - anchor.getUTCMonth()
  // By the calendar's months alone it is this one or the one before.
  let index = Math.max(0, interval === 'YEAR' ? Math.floor(months / 12) : months)
  if (index > 0 && intervalsAfter(anchor, interval, index) > moment) index -= 1
  return { index, start: intervalsAfter(anchor, interval, index), end: intervalsAfter(anchor, interval, index + 1) }
}
