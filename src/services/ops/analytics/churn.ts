import { requireOperator } from '#services/identity/guard/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import { countChurn } from './analytics.sql.js'
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

/** Lost subscribers of a range. Default: the thirty days before `to`. Operators only. */
export async function churn(
  context: CatalogContext,
  requested: { readonly from?: Date | null; readonly to?: Date | null },
): Promise<Churn & { readonly range: DateRange }> {
  requireOperator(context, 'ops:read')
  const now = context.clock.now()
  // The future is not known.
  const to = requested.to && requested.to < now ? requested.to : now
  const range = dateRangeOf({ from: requested.from ?? new Date(to.getTime() - THIRTY_DAYS_MS), to }, now)
  const { startCount, lost } = (await context.database.row(countChurn, range))!
  return { startCount, lost, rate: startCount === 0 ? 0 : lost / startCount, range }
}
