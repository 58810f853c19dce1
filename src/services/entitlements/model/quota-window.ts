import { Temporal } from 'temporal-polyfill'
import { isSliding } from '#services/catalog/definition/parse-quota-window.js'
import type { FixedWindow, QuotaWindow, SlidingWindow } from '#services/catalog/definition/types.js'

/** A stretch of business time in which use is counted. */
export interface Window {
  readonly start: Date
  /** Time at which usage recorded now stops counting. */
  readonly end: Date
  /** True if each bucket ends separately, without a common reset. */
  readonly sliding: boolean
}

const DAY_MS = 86_400_000
/** The first Monday of the time of computers. */
const FIRST_MONDAY_MS = 4 * DAY_MS
const MONTH_MS = (365.25 / 12) * DAY_MS
/** Finer buckets give use back sooner, and are more rows: sixty are half a day each for thirty days. */
const BUCKETS = 60

/** One-time amounts are counted in a window without an end. */
const EVER: Window = { start: new Date(0), end: new Date('9999-12-31T00:00:00Z'), sliding: false }

/**
 * Pure: the window that use at a moment falls into. `anchor` is where billing periods are counted from; null is a window without end,
 * for credits that a plan gives once. Fixed windows begin in UTC if there is no time zone.
 */
export function windowAt(window: QuotaWindow | null, anchor: Date, at: Date, timeZone: string | null = null): Window {
  if (window === null) return EVER
  if (isSliding(window)) return slidingBucket(slidingMs(window), at)
  if (window === 'billing_period') return billingPeriod(anchor, at)
  return timeZone === null ? fixedWindow(window, at) : localWindow(window, at, timeZone)
}

/** Pure: the window that contains a moment. A sliding window never resets: its periods have its length, and follow one another. */
export function periodAt(
  window: QuotaWindow | null,
  anchor: Date,
  at: Date,
  timeZone: string | null,
): Pick<Window, 'start' | 'end'> {
  if (!isSliding(window)) return windowAt(window, anchor, at, timeZone)
  const length = slidingMs(window)
  const start = Math.floor(at.getTime() / length) * length
  return { start: new Date(start), end: new Date(start + length) }
}

/** The length of a sliding window in milliseconds. */
export const slidingMs = (window: SlidingWindow): number => Number.parseInt(window, 10) * DAY_MS

/** Earliest time whose usage can still count: start of the range in which the highest member count is determined. */
export function countsSince(window: QuotaWindow | null, anchor: Date, at: Date, timeZone: string | null = null): Date {
  if (window === null) return calendarMonth(at).start
  return isSliding(window) ? new Date(at.getTime() - slidingMs(window)) : windowAt(window, anchor, at, timeZone).start
}

const LENGTHS = { hour: DAY_MS / 24, day: DAY_MS, week: 7 * DAY_MS }

function fixedWindow(window: FixedWindow, at: Date): Window {
  if (window === 'month') return calendarMonth(at)
  const first = window === 'week' ? FIRST_MONDAY_MS : 0
  const length = LENGTHS[window]
  const start = Math.floor((at.getTime() - first) / length) * length + first
  return { start: new Date(start), end: new Date(start + length), sliding: false }
}

/** The last window of each kind and time zone: all accounts of a zone are in the same one. */
const lastLocal = new Map<string, Window>()

/** The hour, day, week or month of a time zone. Days at a change of the clock have 23 or 25 hours. */
function localWindow(window: FixedWindow, at: Date, timeZone: string): Window {
  const key = `${window} ${timeZone}`
  const last = lastLocal.get(key)
  if (last && last.start <= at && at < last.end) return last
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)
  const found = window === 'hour' ? localHour(local) : localDays(local, window)
  lastLocal.set(key, found)
  return found
}

function localHour({ epochMilliseconds, offsetNanoseconds }: Temporal.ZonedDateTime): Window {
  const local = epochMilliseconds + offsetNanoseconds / 1_000_000
  const start = epochMilliseconds - (((local % LENGTHS.hour) + LENGTHS.hour) % LENGTHS.hour)
  return { start: new Date(start), end: new Date(start + LENGTHS.hour), sliding: false }
}

function localDays(local: Temporal.ZonedDateTime, window: Exclude<FixedWindow, 'hour'>): Window {
  const day = local.toPlainDate()
  const first =
    window === 'month' ? day.with({ day: 1 }) : window === 'week' ? day.subtract({ days: day.dayOfWeek - 1 }) : day
  const next = first.add(window === 'month' ? { months: 1 } : { days: window === 'week' ? 7 : 1 })
  const [start, end] = [first, next].map(
    (date) => new Date(date.toZonedDateTime(local.timeZoneId).epochMilliseconds),
  ) as [Date, Date]
  return { start, end, sliding: false }
}

/** Pure: number of windows in a length of time, at least 1. Months and billing periods are of average length. */
export const windowsIn = (window: FixedWindow | 'billing_period', ms: number): number =>
  Math.max(1, Math.round(ms / (window === 'month' || window === 'billing_period' ? MONTH_MS : LENGTHS[window])))

/** The calendar month in UTC. */
export function calendarMonth(at: Date): Window {
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  return { start: new Date(Date.UTC(year, month, 1)), end: new Date(Date.UTC(year, month + 1, 1)), sliding: false }
}

/** The month counted from an anchor, as providers do it: from 31 January to 28 (or 29) February, then to 31 March. */
export function billingPeriod(anchor: Date, at: Date): Window {
  const months = (at.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + at.getUTCMonth() - anchor.getUTCMonth()
  const number = addMonths(anchor, months) > at ? months - 1 : months
  return { start: addMonths(anchor, number), end: addMonths(anchor, number + 1), sliding: false }
}

/** The same day and time some months later; the month's last day where it has no such day. Always counted from the anchor, never chained. */
export function addMonths(anchor: Date, months: number): Date {
  const [year, month] = [anchor.getUTCFullYear(), anchor.getUTCMonth() + months]
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const date = new Date(Date.UTC(year, month, Math.min(anchor.getUTCDate(), lastDay)))
  return new Date(date.getTime() + (((anchor.getTime() % DAY_MS) + DAY_MS) % DAY_MS))
}

/**
 * Usage within a bucket counts until the end of the bucket has left the window, so no range of the window's length
 * exceeds the limit.
 */
function slidingBucket(lengthMs: number, at: Date): Window {
  const bucketMs = lengthMs / BUCKETS
  const start = Math.floor(at.getTime() / bucketMs) * bucketMs
  return { start: new Date(start), end: new Date(start + bucketMs + lengthMs), sliding: true }
}
