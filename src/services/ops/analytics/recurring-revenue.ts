import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireOperator } from '#services/identity/model/guard.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import { partialPeriods, periodStart, type PeriodInterval } from './partial-periods.js'
import { recurringMovements, type MovementRow } from './recurring-revenue.sql.js'
import { dateRangeOf } from './split-date-range.js'

/** Definition of the figures, shown to operators. */
export const RECURRING_DEFINITION =
  'ARR is the sum of list prices of a year of all running subscriptions with their add-ons, before discounts, credit and taxes: twelve times a monthly price, or a yearly price. MRR is ARR divided by twelve, rounded once. A trial counts from its end, an unpaid subscription until its grace period ends. Within a period only the difference of an account counts; sums are exact in ARR.'

/** Change of the yearly amounts of some accounts. */
export interface RecurringMovement {
  readonly yearlyMinor: number
  readonly accounts: number
}

export type MovementName = 'new' | 'expansion' | 'contraction' | 'churned' | 'reactivated'

export interface RecurringRevenuePoint extends Readonly<Record<MovementName, RecurringMovement>> {
  readonly range: DateRange
  readonly currency: string
  readonly planId: string | null
  /** Yearly amounts at the start and at the end. */
  readonly openingMinor: number
  readonly closingMinor: number
  /** Accounts with a recurring amount at the end. */
  readonly accounts: number
}

export interface SeriesRequest {
  readonly from?: Date | null
  readonly to?: Date | null
  readonly by?: PeriodInterval | null
}

const MAX_PERIODS = 1_000
const DEFAULT_DAYS = 30

/**
 * Recurring revenue and its movements, by day or month (UTC) and currency, and on request by plan. Default: the twelve months
 * or thirty days up to now. Operators only.
 */
export async function recurringRevenue(
  context: CatalogContext,
  request: SeriesRequest & { readonly byPlan?: boolean | null },
): Promise<RecurringRevenuePoint[]> {
  requireOperator(context, 'ops:read')
  const { periods, bounds } = seriesPeriods(context, request)
  if (periods.length === 0) return []
  const rows = await context.database.rows(recurringMovements, { bounds, byPlan: request.byPlan === true })
  const series = Map.groupBy(rows, ({ currency, planId }) => JSON.stringify([currency, planId]))
  const points = [...series.values()].flatMap((ofOne) => pointsOf(ofOne, periods))
  return points.toSorted((left, right) => left.range.from.getTime() - right.range.from.getTime())
}

/** Periods of a series, and their bounds. A range that ends now includes what happened at this very moment. */
export function seriesPeriods(
  { clock }: Pick<CatalogContext, 'clock'>,
  requested: SeriesRequest,
): { readonly periods: readonly DateRange[]; readonly bounds: readonly Date[] } {
  const now = clock.now()
  const by = requested.by ?? 'MONTH'
  const isOpen = !requested.to || requested.to > now
  const to = isOpen ? now : requested.to
  const from = requested.from ?? periodStart(to, by, by === 'MONTH' ? -11 : -(DEFAULT_DAYS - 1))
  const periods = partialPeriods(dateRangeOf({ from, to }, now), by, MAX_PERIODS)
  const bounds = [...periods.map((period) => period.from), isOpen ? new Date(to.getTime() + 1) : to]
  return { periods, bounds }
}

const NONE: RecurringMovement = { yearlyMinor: 0, accounts: 0 }

/** Pure: the points of one currency and plan. */
function pointsOf(rows: readonly MovementRow[], periods: readonly DateRange[]): RecurringRevenuePoint[] {
  const { currency, planId } = rows[0]!
  const byPeriod = Map.groupBy(rows, ({ period }) => period)
  let closing = sumOf(byPeriod.get(0) ?? [], 'yearlyMinor')
  let accounts = sumOf(byPeriod.get(0) ?? [], 'joined')
  return periods.map((range, index) => {
    const moved = byPeriod.get(index + 1) ?? []
    const openingMinor = closing
    closing += sumOf(moved, 'yearlyMinor')
    accounts += sumOf(moved, 'joined')
    const movement = (isOne: (row: MovementRow) => boolean): RecurringMovement => {
      const found = moved.filter(isOne)
      return found.length === 0
        ? NONE
        : { yearlyMinor: sumOf(found, 'yearlyMinor'), accounts: sumOf(found, 'accounts') }
    }
    return {
      range,
      currency,
      planId,
      openingMinor,
      closingMinor: closing,
      accounts,
      new: movement(({ kind }) => kind === 'NEW'),
      reactivated: movement(({ kind }) => kind === 'REACTIVATED'),
      expansion: movement(({ kind, isIncrease }) => kind === 'CHANGED' && isIncrease),
      contraction: movement(({ kind, isIncrease }) => kind === 'CHANGED' && !isIncrease),
      churned: movement(({ kind }) => kind === 'CHURNED'),
    }
  })
}

const sumOf = (rows: readonly MovementRow[], name: 'yearlyMinor' | 'accounts' | 'joined'): number =>
  rows.reduce((sum, row) => sum + row[name], 0)
