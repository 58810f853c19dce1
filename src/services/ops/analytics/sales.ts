import type { DateRange } from '#services/kernel/clock/date-range.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { salesPage, sumRevenue, sumSales } from './analytics.sql.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import { splitDateRangeParameters } from './split-date-range.js'

/** Sales of one product in one currency and range. */
export interface SalesRow {
  readonly productId: string
  readonly currency: string
  /** Number of received payments, including those refunded later. */
  readonly purchases: number
  readonly grossMinor: number
  /** Refunds and chargebacks of these purchases, regardless of their date. */
  readonly reversedMinor: number
  /** Started checkouts, and how many of them were paid at any time. */
  readonly checkoutsStarted: number
  readonly checkoutsCompleted: number
}

/** Received amount minus reversals. */
export const revenueOf = ({ grossMinor, reversedMinor }: SalesRow): number => grossMinor - reversedMinor

/** Sales of some products by currency. */
export const salesOf = (database: Sql, range: DateRange, productIds: readonly string[]): Promise<SalesRow[]> =>
  database.rows(sumSales, { ...splitDateRangeParameters(range), productIds })

/** Sales of each product by currency, never summed across currencies; highest revenue of a currency first. */
export const salesIn = (database: Sql, range: DateRange, request: PageRequest): Promise<Page<SalesRow>> =>
  readPage<SalesRow>(
    request,
    'sales by product',
    (row) => [row.currency, String(revenueOf(row)), row.productId],
    (limit, after) =>
      database.rows(salesPage, {
        ...splitDateRangeParameters(range),
        afterCurrency: after?.[0] ?? null,
        afterRevenueMinor: after ? Number(after[1]) : null,
        afterProductId: after?.[2] ?? null,
        limit,
      }),
  )

/** Revenue of one day or month (UTC) in one currency. */
export interface RevenueRow extends Omit<SalesRow, 'productId' | 'checkoutsStarted' | 'checkoutsCompleted'> {
  readonly begins: Date
}

/** Revenue by day or month and by currency, in order. Periods without sales are omitted. */
export const revenueIn = (database: Sql, range: DateRange, by: 'day' | 'month'): Promise<RevenueRow[]> =>
  database.rows(sumRevenue, { ...splitDateRangeParameters(range), by })
