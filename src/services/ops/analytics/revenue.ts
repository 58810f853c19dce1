import { requireOperator } from '#services/identity/model/guard.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { revenueIn, type RevenueRow } from './sales.js'
import { dateRangeOf } from './split-date-range.js'

const YEAR_MS = 365 * 86_400_000

/** Revenue of a period, and the end of the period. */
export interface RevenuePoint extends RevenueRow {
  readonly ends: Date
  readonly revenueMinor: number
}

/** About ten years of days: more are no chart. */
const MAX_PERIODS = 4_000

/**
 * Revenue over time, by day or month (UTC) and currency, zero for periods without sales. Default: the year before `to`. Operators only.
 */
export async function revenue(
  context: CatalogContext,
  requested: { readonly from?: Date | null; readonly to?: Date | null; readonly by?: 'DAY' | 'MONTH' | null },
): Promise<RevenuePoint[]> {
  requireOperator(context, 'ops:read')
  const now = context.clock.now()
  const from = requested.from ?? new Date((requested.to ?? now).getTime() - YEAR_MS)
  const range = dateRangeOf({ from, to: requested.to }, now)
  const by = requested.by === 'MONTH' ? 'month' : 'day'
  const rows = await revenueIn(context.database, range, by)
  const currencies = [...new Set(rows.map(({ currency }) => currency))].toSorted()
  const known = new Map(rows.map((row) => [`${row.begins.getTime()} ${row.currency}`, row]))
  return periodsOf(range, by).flatMap((begins) =>
    currencies.map((currency) => {
      const row = known.get(`${begins.getTime()} ${currency}`)
      const { purchases, grossMinor, reversedMinor } = row ?? { purchases: 0, grossMinor: 0, reversedMinor: 0 }
      const revenueMinor = grossMinor - reversedMinor
      return { begins, ends: endOf(begins, by), currency, purchases, grossMinor, reversedMinor, revenueMinor }
    }),
  )
}

/** Starts of the periods that a range touches. */
function periodsOf({ from, to }: DateRange, by: 'day' | 'month'): Date[] {
  const periods: Date[] = []
  for (let begins = startOf(from, by); begins < to; begins = endOf(begins, by)) {
    periods.push(begins)
    if (periods.length > MAX_PERIODS)
      throw new AppError(
        'BAD_USER_INPUT',
        `The range has more than ${MAX_PERIODS} periods. Use MONTH or a later from.`,
        {
          details: { field: 'from' },
        },
      )
  }
  return periods
}

const startOf = (moment: Date, by: 'day' | 'month'): Date =>
  new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), by === 'day' ? moment.getUTCDate() : 1))

const endOf = (begins: Date, by: 'day' | 'month'): Date =>
  by === 'day'
    ? new Date(begins.getTime() + 86_400_000)
    : new Date(Date.UTC(begins.getUTCFullYear(), begins.getUTCMonth() + 1, 1))
