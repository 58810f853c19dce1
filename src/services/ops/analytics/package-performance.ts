import { requireOperator } from '#services/identity/guard/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { salesIn, type SalesRow } from './sales.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import { dateRangeOf } from './split-date-range.js'

/** Figures of a product in one currency. */
export interface Performance extends SalesRow {
  /** Received amount minus reversals. */
  readonly revenueMinor: number
  /** Revenue of a purchase, to the nearest minor unit. */
  readonly averageMinor: number
  /** Change of the last thirty days compared with the thirty days before, as a ratio. Null if those had no revenue. */
  readonly trend30Days: number | null
  /** Share of started checkouts that were paid. Null if none was started. */
  readonly conversionRate: number | null
}

const THIRTY_DAYS_MS = 30 * 86_400_000

/** Figures of all products in a range, by product and currency. Operators only. */
export async function packagePerformance(
  context: CatalogContext,
  requested: { readonly from?: Date | null; readonly to?: Date | null },
): Promise<Performance[]> {
  requireOperator(context, 'ops:read')
  const { database } = context
  const range = dateRangeOf(requested, context.clock.now())
  const [sales, latest, before] = await Promise.all(
    [range, daysBefore(range.to, 1), daysBefore(range.to, 2)].map((part) => salesIn(database, part)),
  )
  return performanceOf(sales!, latest!, before!)
}

const daysBefore = (to: Date, times: number): DateRange => ({
  from: new Date(to.getTime() - times * THIRTY_DAYS_MS),
  to: new Date(to.getTime() - (times - 1) * THIRTY_DAYS_MS),
})

/** Pure: what sold best first, within each currency. */
export function performanceOf(
  sales: readonly SalesRow[],
  latest: readonly SalesRow[],
  before: readonly SalesRow[],
): Performance[] {
  const revenue = ({ grossMinor, reversedMinor }: SalesRow) => grossMinor - reversedMinor
  const keyOf = ({ productId, currency }: SalesRow) => `${productId} ${currency}`
  const byProduct = (rows: readonly SalesRow[]) => new Map(rows.map((row) => [keyOf(row), revenue(row)]))
  const [now, then] = [byProduct(latest), byProduct(before)]
  return sales
    .map((row): Performance => {
      const was = then.get(keyOf(row)) ?? 0
      return {
        ...row,
        revenueMinor: revenue(row),
        averageMinor: averageOf(revenue(row), row.purchases),
        trend30Days: was > 0 ? ((now.get(keyOf(row)) ?? 0) - was) / was : null,
        conversionRate: row.checkoutsStarted > 0 ? row.checkoutsCompleted / row.checkoutsStarted : null,
      }
    })
    .sort(
      (left, right) =>
        left.currency.localeCompare(right.currency) ||
        right.revenueMinor - left.revenueMinor ||
        left.productId.localeCompare(right.productId),
    )
}

/** Pure: average of minor units, rounded half up; sums can exceed the exact range of a double. */
function averageOf(sumMinor: number, count: number): number {
  if (count === 0) return 0
  const [sum, many] = [BigInt(sumMinor), BigInt(count)]
  return Number((2n * sum + many) / (2n * many))
}
