import { requireOperator } from '#services/identity/guard/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { revenueIn, type RevenueRow } from './sales.js'
import { dateRangeOf } from './split-date-range.js'

const YEAR_MS = 365 * 86_400_000

/** Revenue of a period, and the end of the period. */
export interface RevenuePoint extends RevenueRow {
  readonly ends: Date
  readonly revenueMinor: number
}

/** Revenue over time, by day or month (UTC) and currency. Default: the year before `to`. Operators only. */
export async function revenue(
  context: CatalogContext,
  requested: { readonly from?: Date | null; readonly to?: Date | null; readonly by?: 'DAY' | 'MONTH' | null },
): Promise<RevenuePoint[]> {
  requireOperator(context, 'ops:read')
  const now = context.clock.now()
  const from = requested.from ?? new Date((requested.to ?? now).getTime() - YEAR_MS)
  const range = dateRangeOf({ from, to: requested.to }, now)
  const by = requested.by === 'MONTH' ? 'month' : 'day'
  return (await revenueIn(context.database, range, by)).map((row) => ({
    ...row,
    ends: endOf(row.begins, by),
    revenueMinor: row.grossMinor - row.reversedMinor,
  }))
}

const endOf = (begins: Date, by: 'day' | 'month'): Date =>
  by === 'day'
    ? new Date(begins.getTime() + 86_400_000)
    : new Date(Date.UTC(begins.getUTCFullYear(), begins.getUTCMonth() + 1, 1))
