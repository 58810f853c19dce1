import type { DateRange } from '#services/kernel/clock/date-range.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { sumRevenue, sumSales } from './analytics.sql.js'
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

/** Sales of each product by currency, never summed across currencies. */
export const salesIn = (database: Sql, range: DateRange): Promise<SalesRow[]> =>
  database.rows(sumSales, splitDateRangeParameters(range))

/** Revenue of one day or month (UTC) in one currency. */
export interface RevenueRow extends Omit<SalesRow, 'productId' | 'checkoutsStarted' | 'checkoutsCompleted'> {
  readonly begins: Date
}

/** Revenue by day or month and by currency, in order. Periods without sales are omitted. */
export const revenueIn = (database: Sql, range: DateRange, by: 'day' | 'month'): Promise<RevenueRow[]> =>
  database.rows(sumRevenue, { ...splitDateRangeParameters(range), by })
