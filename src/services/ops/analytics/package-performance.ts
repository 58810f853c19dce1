import { requireOperator } from '#services/identity/model/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { revenueOf, salesIn, salesOf, type SalesRow } from './sales.js'
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

/** Figures of products in a range, by currency, highest revenue first. Operators only. */
export async function packagePerformance(
  context: CatalogContext,
  requested: { readonly from?: Date | null; readonly to?: Date | null },
  request: PageRequest,
): Promise<Page<Performance>> {
  requireOperator(context, 'ops:read')
  const { database } = context
  const range = dateRangeOf(requested, context.clock.now())
  const page = await salesIn(database, range, request)
  const productIds = [...new Set(page.items.map(({ productId }) => productId))]
  const [latest, before] = await Promise.all([
    salesOf(database, daysBefore(range.to, 1), productIds),
    salesOf(database, daysBefore(range.to, 2), productIds),
  ])
  return { ...page, items: performanceOf(page.items, latest, before) }
}

const daysBefore = (to: Date, times: number): DateRange => ({
  from: new Date(to.getTime() - times * THIRTY_DAYS_MS),
  to: new Date(to.getTime() - (times - 1) * THIRTY_DAYS_MS),
})

/** Pure: figures of sales, in their order. */
export function performanceOf(
  sales: readonly SalesRow[],
  latest: readonly SalesRow[],
  before: readonly SalesRow[],
): Performance[] {
  const keyOf = ({ productId, currency }: SalesRow) => `${productId} ${currency}`
  const byProduct = (rows: readonly SalesRow[]) => new Map(rows.map((row) => [keyOf(row), revenueOf(row)]))
  const [now, then] = [byProduct(latest), byProduct(before)]
  return sales.map((row) => {
    const was = then.get(keyOf(row)) ?? 0
    return {
      ...row,
      revenueMinor: revenueOf(row),
      averageMinor: averageOf(revenueOf(row), row.purchases),
      trend30Days: was > 0 ? ((now.get(keyOf(row)) ?? 0) - was) / was : null,
      conversionRate: row.checkoutsStarted > 0 ? row.checkoutsCompleted / row.checkoutsStarted : null,
    }
  })
}

/** Pure: average of minor units, rounded half up; sums can exceed the exact range of a double. */
function averageOf(sumMinor: number, count: number): number {
  if (count === 0) return 0
  const [sum, many] = [BigInt(sumMinor), BigInt(count)]
  return Number((2n * sum + many) / (2n * many))
}
