import type { Sql } from '#services/kernel/database/sql.js'
import { dateRangeParameters, type DateRange } from './date-range.js'

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

/** Whole days from the daily table, and the edges of the stretch row by row: `$1` to `$4` are `dateRangeParameters`. */
const PARTS = `
  select day::timestamp at time zone 'UTC' as at, product_id, currency, purchases, gross_minor, reversed_minor, checkouts_started, checkouts_completed
  from sales_daily where day >= $1::date and day < $2::date
  union all
  select p.purchased_at, p.product_id, p.currency, 1, p.amount_minor, p.reversed_minor, 0, 0
  from unnest($3::timestamptz[], $4::timestamptz[]) as edge (begins, ends)
    join purchase p on p.purchased_at >= edge.begins and p.purchased_at < edge.ends where p.status <> 'PENDING'
  union all
  select c.created_at, c.product_id, c.currency, 0, 0, 0, 1, (c.status = 'COMPLETED')::int
  from unnest($3::timestamptz[], $4::timestamptz[]) as edge (begins, ends)
    join checkout c on c.created_at >= edge.begins and c.created_at < edge.ends`

const SUMS = `sum(purchases)::bigint as purchases, sum(gross_minor)::bigint as gross_minor, sum(reversed_minor)::bigint as reversed_minor,
  sum(checkouts_started)::bigint as checkouts_started, sum(checkouts_completed)::bigint as checkouts_completed`

/** Sales of each product by currency, never summed across currencies. */
export const salesIn = (sql: Sql, range: DateRange): Promise<SalesRow[]> =>
  sql.rows<SalesRow>(
    `select product_id, currency, ${SUMS} from (${PARTS}) part group by product_id, currency`,
    dateRangeParameters(range),
  )

/** Revenue of one day or month (UTC) in one currency. */
export interface RevenueRow extends Omit<SalesRow, 'productId' | 'checkoutsStarted' | 'checkoutsCompleted'> {
  readonly begins: Date
}

/** Revenue by day or month and by currency, in order. Periods without sales are omitted. */
export const revenueIn = (sql: Sql, range: DateRange, by: 'day' | 'month'): Promise<RevenueRow[]> =>
  sql.rows<RevenueRow>(
    `select date_trunc($5, at, 'UTC') as begins, currency, ${SUMS} from (${PARTS}) part
     group by 1, 2 having sum(purchases) > 0 order by 1, 2`,
    [...dateRangeParameters(range), by],
  )
