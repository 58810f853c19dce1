import { requireOperator } from '#services/identity/model/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import { countChurn } from './churn.sql.js'
import { partialPeriods, periodStart } from './partial-periods.js'
import { dateRangeOf } from './split-date-range.js'

/** Paying accounts at the start, and how many of them were lost by the end. */
export interface Churn {
  readonly startCount: number
  readonly lost: number
  readonly rate: number
}

const THIRTY_DAYS_MS = 30 * 86_400_000

/** Definition of the figures, shown to operators. */
export const CHURN_DEFINITION =
  'Of the accounts that held a plan by a paid subscription at `from` (a trial is none), the share that holds none at `to`. Another plan, and a gap that is over by `to`, is no loss; who came after `from` is not counted.'

/** Churn of one range. */
export type ChurnPoint = Churn & { readonly range: DateRange }

/** Two hundred months: more are no chart. */
const MAX_MONTHS = 200

/**
 * Lost subscribers: of the range, by default the thirty days before `to`, or of each calendar month (UTC) in it, by default the twelve up
 * to `to`. Operators only.
 */
export async function churn(
  context: CatalogContext,
  requested: { readonly from?: Date | null; readonly to?: Date | null; readonly by?: 'RANGE' | 'MONTH' | null },
): Promise<ChurnPoint[]> {
  requireOperator(context, 'ops:read')
  const now = context.clock.now()
  // The future is not known.
  const to = requested.to && requested.to < now ? requested.to : now
  const isByMonth = requested.by === 'MONTH'
  const from = requested.from ?? (isByMonth ? periodStart(to, 'MONTH', -11) : new Date(to.getTime() - THIRTY_DAYS_MS))
  const range = dateRangeOf({ from, to }, now)
  const ranges = isByMonth ? partialPeriods(range, 'MONTH', MAX_MONTHS) : [range]
  const rows = await context.database.rows(countChurn, {
    starts: ranges.map(({ from: start }) => start),
    ends: ranges.map(({ to: end }) => end),
  })
  return rows.map(({ startCount, lost }, index) => ({
    startCount,
    lost,
    rate: startCount === 0 ? 0 : lost / startCount,
    range: ranges[index]!,
  }))
}
