import type { SplitDateRangeParameters } from '#services/entitlements/analytics/split-date-range.js'
import { statement } from '#services/kernel/database/statement.js'

/** Whole days from the daily table, and the edges of the range row by row. */
const SALES = `
    select day::timestamp at time zone 'UTC' as at, product_id, currency, purchases, gross_minor, reversed_minor,
      checkouts_started, checkouts_completed
    from sales_daily where day >= :firstDay::date and day < :lastDay::date
    union all
    select p.purchased_at, p.product_id, p.currency, 1, p.amount_minor, p.reversed_minor, 0, 0
    from unnest(:edgeStarts::timestamptz[], :edgeEnds::timestamptz[]) as edge (starts, ends)
      join purchase p on p.purchased_at >= edge.starts and p.purchased_at < edge.ends
    where p.status <> 'PENDING'
    union all
    select c.created_at, c.product_id, c.currency, 0, 0, 0, 1, (c.status = 'COMPLETED')::int
    from unnest(:edgeStarts::timestamptz[], :edgeEnds::timestamptz[]) as edge (starts, ends)
      join checkout c on c.created_at >= edge.starts and c.created_at < edge.ends`

/** Sums of sales. Currencies are never added up. */
export interface SalesSums {
  /** Number of received payments, including those refunded later. */
  readonly purchases: number
  readonly grossMinor: number
  /** Refunds and chargebacks of these purchases, regardless of their date. */
  readonly reversedMinor: number
  /** Started checkouts, and how many of them were paid at any time. */
  readonly checkoutsStarted: number
  readonly checkoutsCompleted: number
}

/** Sales of one product in one currency. */
export interface SalesRow extends SalesSums {
  readonly productId: string
  readonly currency: string
}

/** Sales of one period, of one product on request. */
export interface PeriodSales extends SalesSums {
  readonly period: number
  readonly productId: string | null
  readonly currency: string
}

/** Sales of each product by currency, never summed across currencies. */
const SALES_BY_PRODUCT = `
    select product_id, currency, sum(purchases)::bigint as purchases, sum(gross_minor)::bigint as gross_minor,
      sum(reversed_minor)::bigint as reversed_minor, sum(checkouts_started)::bigint as checkouts_started,
      sum(checkouts_completed)::bigint as checkouts_completed
    from (${SALES}
    ) sale`

/** By currency, highest revenue first, after a row with these values. */
export const salesPage = statement<
  SplitDateRangeParameters & {
    afterCurrency: string | null
    afterRevenueMinor: number | null
    afterProductId: string | null
    limit: number
  },
  SalesRow
>(`
  with sold as (${SALES_BY_PRODUCT}
    group by product_id, currency
  )
  select product_id, currency, purchases, gross_minor, reversed_minor, checkouts_started, checkouts_completed
  from sold
  where :afterCurrency::text is null
    or (currency, reversed_minor - gross_minor, product_id) > (:afterCurrency, -:afterRevenueMinor::bigint, :afterProductId::text)
  order by currency, reversed_minor - gross_minor, product_id limit :limit
`)

/** Sales by period and currency, and by product on request. */
export const sumSales = statement<
  SplitDateRangeParameters & { bounds: readonly Date[]; byProduct: boolean; productIds: readonly string[] | null },
  PeriodSales
>(`
  select period, product_id, currency, sum(purchases)::bigint as purchases, sum(gross_minor)::bigint as gross_minor,
    sum(reversed_minor)::bigint as reversed_minor, sum(checkouts_started)::bigint as checkouts_started,
    sum(checkouts_completed)::bigint as checkouts_completed
  from (
    select sale.*, width_bucket(at, :bounds::timestamptz[]) as period
    from (
      select at, case when :byProduct then product_id end as product_id, currency, purchases, gross_minor, reversed_minor,
        checkouts_started, checkouts_completed
      from (${SALES}
      ) every_sale
      where :productIds::text[] is null or product_id = any(:productIds)
    ) sale
  ) part
  group by period, product_id, currency order by currency, product_id, period
`)
