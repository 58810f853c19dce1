import { Temporal } from 'temporal-polyfill'

/** A billing interval as Stripe names it. */
export interface Interval {
  interval: string
  interval_count: number
}

const UNITS: Record<string, 'days' | 'weeks' | 'months' | 'years'> = {
  day: 'days',
  week: 'weeks',
  month: 'months',
  year: 'years',
}

/**
 * The end of the period that begins at `start`: the first moment after it that is a whole number of intervals away
 * from the anchor. Counting from the anchor keeps the 31st: 31 January, 28 February, 31 March. All in seconds.
 */
export function nextPeriodEnd(anchor: number, start: number, { interval, interval_count }: Interval): number {
  const unit = UNITS[interval]
  if (unit === undefined) throw new Error(`unknown interval ${interval}`)
  const from = toDate(anchor)
  const passed = Math.floor(toDate(start).since(from, { largestUnit: unit })[unit] / interval_count)
  for (let times = Math.max(0, passed); ; times += 1) {
    const end = Math.floor(from.add({ [unit]: times * interval_count }).epochMilliseconds / 1000)
    if (end > start) return end
  }
}

/**
 * Period of an interval that contains an instant, counted from the anchor in both directions. All times are in seconds.
 */
export function periodAround(
  anchor: number,
  at: number,
  { interval, interval_count }: Interval,
): { start: number; end: number } {
  const unit = UNITS[interval]
  if (unit === undefined) throw new Error(`unknown interval ${interval}`)
  const from = toDate(anchor)
  const startOf = (times: number) => Math.floor(from.add({ [unit]: times * interval_count }).epochMilliseconds / 1000)
  let times = Math.floor(toDate(at).since(from, { largestUnit: unit })[unit] / interval_count)
  while (startOf(times) > at) times -= 1
  while (startOf(times + 1) <= at) times += 1
  return { start: startOf(times), end: startOf(times + 1) }
}

/** Seconds of a number of days. */
export function days(count: number): number {
  return count * 24 * 60 * 60
}

function toDate(seconds: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO('UTC')
}
