import type { DateRange } from '#services/kernel/clock/date-range.js'

/** A range as its figures are read: whole days (UTC) from the daily tables, the remaining edges from the rows themselves. */
export interface SplitDateRange {
  readonly days: DateRange | null
  readonly edges: readonly DateRange[]
}

/** A split range as parameters of a statement. The last day is exclusive. */
export interface SplitDateRangeParameters {
  readonly firstDay: string
  readonly lastDay: string
  readonly edgeStarts: readonly Date[]
  readonly edgeEnds: readonly Date[]
}

const DAY_MS = 86_400_000
/** A day of an empty range. */
const BEGINNING = new Date('2000-01-01T00:00:00Z')

/** Pure: the whole days of a range (UTC), and what is left before and after them. */
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

export function splitDateRangeParameters(range: DateRange): SplitDateRangeParameters {
  const { days, edges } = splitDateRange(range)
  const day = (moment: Date | undefined) => (moment ?? BEGINNING).toISOString().slice(0, 10)
  return {
    firstDay: day(days?.from),
    lastDay: day(days?.to),
    edgeStarts: edges.map(({ from }) => from),
    edgeEnds: edges.map(({ to }) => to),
  }
}
