import type { DateRange } from '#services/kernel/clock/date-range.js'
import { AppError } from '#services/kernel/errors/app-error.js'

export type PeriodInterval = 'DAY' | 'MONTH'

/** The first moment of the day or calendar month (UTC), some of them later or earlier. */
export const periodStart = (moment: Date, by: PeriodInterval, offset: number): Date =>
  by === 'DAY'
    ? new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate() + offset))
    : new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + offset, 1))

/** Days or calendar months of a range; the first and the last may be parts. */
export function partialPeriods({ from, to }: DateRange, by: PeriodInterval, max: number): DateRange[] {
  const periods: DateRange[] = []
  for (let start = from; start < to; start = periodStart(start, by, 1)) {
    const next = periodStart(start, by, 1)
    periods.push({ from: start, to: next < to ? next : to })
    if (periods.length > max) {
      const unit = by === 'DAY' ? 'days' : 'months'
      throw new AppError('BAD_USER_INPUT', `The range has more than ${max} ${unit}.`, { details: { field: 'from' } })
    }
  }
  return periods
}
