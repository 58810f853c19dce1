import { statement } from '#services/kernel/database/statement.js'
import type { EarningsTotals, MonthlyTotals } from './vendor-earnings.js'

/** Earnings of a vendor in a range, one row for each currency. The payable balance includes the entries before the range. */
export const sumEarnings = statement<{ vendorId: string; from: Date | null; to: Date | null }, EarningsTotals>(`
  with entry as (
    select currency, kind, gross_minor, amount_minor, at >= :from or :from::timestamptz is null as in_range
    from earnings_entry
    where vendor_id = :vendorId and (at < :to or :to::timestamptz is null)
  )
  select currency,
    coalesce(sum(gross_minor) filter (where in_range and kind = 'SALE'), 0)::bigint as gross_minor,
    coalesce(sum(amount_minor) filter (where in_range and kind = 'SALE'), 0)::bigint as share_minor,
    coalesce(-sum(amount_minor) filter (where in_range and kind in ('CLAWBACK', 'CLAWBACK_REVERSED')), 0)::bigint as clawed_back_minor,
    coalesce(-sum(amount_minor) filter (where in_range and kind in ('PAYOUT', 'PAYOUT_RETURNED')), 0)::bigint as paid_out_minor,
    sum(amount_minor)::bigint as payable_minor
  from entry
  group by currency
  order by currency
`)

/** The same by month (UTC) and currency, without the balance. */
export const sumEarningsByMonth = statement<{ vendorId: string; from: Date | null; to: Date | null }, MonthlyTotals>(`
  select date_trunc('month', at, 'UTC') as month, currency,
    coalesce(sum(gross_minor) filter (where kind = 'SALE'), 0)::bigint as gross_minor,
    coalesce(sum(amount_minor) filter (where kind = 'SALE'), 0)::bigint as share_minor,
    coalesce(-sum(amount_minor) filter (where kind in ('CLAWBACK', 'CLAWBACK_REVERSED')), 0)::bigint as clawed_back_minor,
    coalesce(-sum(amount_minor) filter (where kind in ('PAYOUT', 'PAYOUT_RETURNED')), 0)::bigint as paid_out_minor
  from earnings_entry
  where vendor_id = :vendorId and (at >= :from or :from::timestamptz is null) and (at < :to or :to::timestamptz is null)
  group by month, currency
  order by month, currency
`)
