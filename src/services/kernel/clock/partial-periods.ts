import type { DateRange } from './date-range.js'
import { AppError } from '../errors/app-error.js'

export type PeriodInterval = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH'

/** Periods of figures, with their descriptions. */
export const METRIC_INTERVALS = {
  HOUR: 'One point per hour.',
  DAY: 'One point per day (UTC).',
  WEEK: 'One point per week, from Monday (UTC).',
  MONTH: 'One point per calendar month (UTC).',
  RANGE: 'One point for the whole range.',
} as const satisfies Record<PeriodInterval | 'RANGE', string>

/** The first moment of the hour, day, week or calendar month (UTC), some of them later or earlier. */
export function periodStart(moment: Date, by: PeriodInterval, offset: number): Date {
  const [year, month, day] = [moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate()]
  switch (by) {
    case 'HOUR':
      return new Date(Date.UTC(year, month, day, moment.getUTCHours() + offset))
    case 'DAY':
      return new Date(Date.UTC(year, month, day + offset))
    case 'WEEK':
      return new Date(Date.UTC(year, month, day - ((moment.getUTCDay() + 6) % 7) + 7 * offset))
    case 'MONTH':
      return new Date(Date.UTC(year, month + offset, 1))
  }
}

/** Periods of a range; the first and the last may be parts. */
export function partialPeriods({ from, to }: DateRange, by: PeriodInterval, max: number): DateRange[] {
  const periods: DateRange[] = []
  for (let start = from; start < to; start = periodStart(start, by, 1)) {
    const next = periodStart(start, by, 1)
    periods.push({ from: start, to: next < to ? next : to })
    if (periods.length > max)
      throw new AppError('BAD_USER_INPUT', `The range has more than ${max} periods of one ${by.toLowerCase()}.`, {
        details: { field: 'from' },
      })
  }
  return periods
}
