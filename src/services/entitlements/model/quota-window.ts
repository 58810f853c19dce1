import type { QuotaWindow } from '#services/catalog/definition/types.js'

/** A stretch of business time in which use is counted. */
export interface Window {
  readonly start: Date
  /** Time at which usage recorded now stops counting. */
  readonly end: Date
  /** True if each bucket ends separately, without a common reset. */
  readonly sliding: boolean
}

const DAY_MS = 86_400_000
/** Finer buckets give use back sooner, and are more rows: sixty are half a day each for thirty days. */
const BUCKETS = 60

/** One-time amounts are counted in a window without an end. */
const EVER: Window = { start: new Date(0), end: new Date('9999-12-31T00:00:00Z'), sliding: false }

/**
 * Pure: the window that use at a moment falls into. `anchor` is where billing periods are counted from; null is a window without end,
 * for credits that a plan gives once.
 */
export function windowAt(window: QuotaWindow | null, anchor: Date, at: Date): Window {
  if (window === null) return EVER
  if (window === 'month') return calendarMonth(at)
  if (window === 'billing_period') return billingPeriod(anchor, at)
  return slidingBucket(slidingMs(window), at)
}

/** The length of a sliding window in milliseconds. */
export const slidingMs = (window: `${number}d`): number => Number.parseInt(window, 10) * DAY_MS

/** Earliest time whose usage can still count: start of the range in which the highest member count is determined. */
export function countsSince(window: QuotaWindow | null, anchor: Date, at: Date): Date {
  if (window === null || window === 'month') return calendarMonth(at).start
  if (window === 'billing_period') return billingPeriod(anchor, at).start
  return new Date(at.getTime() - slidingMs(window))
}

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
