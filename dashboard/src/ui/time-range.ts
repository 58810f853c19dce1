import type { MetricInterval } from '@stackgate/client'

/** Ranges of charts, as the address has them. Hours are for what is counted by the hour. */
export type RangeName = '24h' | '48h' | '7d' | '30d' | '90d' | '12m' | 'month' | 'last-month' | 'custom'

/** The range with which a chart compares its values. */
export type Comparison = 'none' | 'before' | 'year'

export interface Span {
  /** Inclusive. */
  readonly from: string
  /** Exclusive. */
  readonly to: string
}

export interface TimeRange extends Span {
  /** Length of a point. */
  readonly interval: Extract<MetricInterval, 'HOUR' | 'DAY' | 'MONTH'>
  /** True if the last point is a period that is not over. */
  readonly isOpen: boolean
  readonly comparison: Comparison
  /** The range with which it is compared, up to the same moment in it. Null without a comparison. */
  readonly before: Span | null
}

interface RangeChoice {
  readonly name: RangeName
  readonly comparison: Comparison
  /** First and last day of a custom range, for example `2026-11-28`. */
  readonly from?: string
  readonly to?: string
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Days of a range that is still readable with one point per day. */
const MAX_DAYS = 92
const DAYS: Readonly<Partial<Record<RangeName, number>>> = { '7d': 7, '30d': 30, '90d': 90 }
const HOURS: Readonly<Partial<Record<RangeName, number>>> = { '24h': 24, '48h': 48 }

/** Pure: the moments of a chosen range (UTC). Ranges up to now end with their hour or day, which contain this moment. */
export function timeRange(choice: RangeChoice, now: string): TimeRange {
  const { name, comparison } = choice
  const moment = Date.parse(now)
  const hourEnd = (Math.floor(moment / HOUR_MS) + 1) * HOUR_MS
  const [from, to] = spanOf(choice, new Date(moment), hourEnd)
  const isOpen = to > moment
  const months = comparison === 'year' || name === '12m' ? 12 : 1
  const isByMonth = comparison === 'year' || ['12m', 'month', 'last-month'].includes(name)
  const earlier = (time: number) => (isByMonth ? monthsBefore(time, months) : time - (to - from))
  return {
    from: text(from),
    to: text(to),
    interval: HOURS[name] ? 'HOUR' : to - from > MAX_DAYS * DAY_MS ? 'MONTH' : 'DAY',
    isOpen,
    comparison,
    before:
      comparison === 'none'
        ? null
        : {
            from: text(earlier(from)),
            to: text(Math.min(earlier(isOpen ? hourEnd : to), earlierEnd(from, comparison))),
          },
  }
}

/** The period before ends at the start of the range: a month with fewer days has no further ones. */
const earlierEnd = (from: number, comparison: Comparison): number => (comparison === 'before' ? from : Infinity)

const text = (time: number): string => new Date(time).toISOString()

function spanOf({ name, from, to }: RangeChoice, now: Date, hourEnd: number): readonly [from: number, to: number] {
  const dayStart = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  const monthStart = (offset: number) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1)
  const dayEnd = dayStart + DAY_MS
  if (HOURS[name]) return [hourEnd - HOURS[name] * HOUR_MS, hourEnd]
  if (name === '12m') return [monthStart(-11), dayEnd]
  if (name === 'month') return [monthStart(0), dayEnd]
  if (name === 'last-month') return [monthStart(-1), monthStart(0)]
  if (name !== 'custom') return [dayEnd - (DAYS[name] ?? 30) * DAY_MS, dayEnd]
  const end = dayOf(to, dayStart) + DAY_MS
  return [Math.min(dayOf(from, end - 30 * DAY_MS), end - DAY_MS), end]
}

/** The start of a day. Another text of the address is the default. */
function dayOf(day: string | undefined, otherwise: number): number {
  const time = Date.parse(`${day ?? ''}T00:00:00Z`)
  return Number.isNaN(time) ? otherwise : time
}

function monthsBefore(time: number, months: number): number {
  const moment = new Date(time)
  moment.setUTCMonth(moment.getUTCMonth() - months)
  return moment.getTime()
}
