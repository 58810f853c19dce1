import { AppError } from '#services/kernel/errors/app-error.js'

/** A stretch of business time, from the beginning on and without the end. */
export interface DateRange {
  readonly from: Date
  readonly to: Date
}

/** A stretch as its numbers are read: whole days (UTC) from the daily tables, what is left at its edges from the rows themselves. */
export interface SplitDateRange {
  readonly days: DateRange | null
  readonly edges: readonly DateRange[]
}

const DAY_MS = 86_400_000
/** Before anything was sold. */
const BEGINNING = new Date('2000-01-01T00:00:00Z')

/** The requested range. Default: from the beginning to now, inclusive. */
export function dateRangeOf(
  { from, to }: { readonly from?: Date | null | undefined; readonly to?: Date | null | undefined },
  now: Date,
): DateRange {
  const range = { from: from ?? BEGINNING, to: to ?? new Date(now.getTime() + 1) }
  if (range.from > range.to)
    throw new AppError('BAD_USER_INPUT', 'from must be before to.', { details: { field: 'from' } })
  return range
}

/** Pure: the whole days of a stretch, and what is left of it before and behind them. */
export function splitDateRange({ from, to }: DateRange): SplitDateRange {
  const first = new Date(Math.ceil(from.getTime() / DAY_MS) * DAY_MS)
  const last = new Date(Math.floor(to.getTime() / DAY_MS) * DAY_MS)
  if (first >= last) return { days: null, edges: from < to ? [{ from, to }] : [] }
  const edges = [
    { from, to: first },
    { from: last, to },
  ]
  return { days: { from: first, to: last }, edges: edges.filter((edge) => edge.from < edge.to) }
}

/** A split stretch as a statement takes it: first day, last day (not counted), beginnings and ends of the edges. */
export function dateRangeParameters(range: DateRange): [string, string, Date[], Date[]] {
  const { days, edges } = splitDateRange(range)
  const day = (moment: Date | undefined) => (moment ?? BEGINNING).toISOString().slice(0, 10)
  return [day(days?.from), day(days?.to), edges.map(({ from }) => from), edges.map(({ to }) => to)]
}
