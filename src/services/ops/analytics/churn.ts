import { requireOperator } from '#services/identity/guard/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { dateRangeOf, type DateRange } from './date-range.js'

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

/**
 * The spans of an account never overlap: an account that returned has a span that starts after `from`. Two queries, so
 * that each is one join.
 */
const COUNT = `
  select
    (select count(*)::int from subscriber_period where started_at <= $1 and (ended_at is null or ended_at > $1)) as start_count,
    (select count(*)::int from subscriber_period s where s.started_at <= $1 and s.ended_at > $1 and s.ended_at <= $2 and not exists (
      select from subscriber_period b where b.account_id = s.account_id and b.started_at > $1 and b.started_at <= $2
        and (b.ended_at is null or b.ended_at > $2))) as lost`

/** Lost subscribers of a range. Default: the thirty days before `to`. Operators only. */
export async function churn(
  context: CatalogContext,
  requested: { readonly from?: Date | null; readonly to?: Date | null },
): Promise<Churn & { readonly stretch: DateRange }> {
  requireOperator(context, 'ops:read')
  const now = context.clock.now()
  // The future is not known.
  const to = requested.to && requested.to < now ? requested.to : now
  const range = dateRangeOf({ from: requested.from ?? new Date(to.getTime() - THIRTY_DAYS_MS), to }, now)
  const { startCount, lost } = (await context.database.row<Omit<Churn, 'rate'>>(COUNT, [range.from, range.to]))!
  return { startCount, lost, rate: startCount === 0 ? 0 : lost / startCount, stretch: range }
}
