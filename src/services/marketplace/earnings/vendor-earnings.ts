import type { EarningsEntryRow } from '#entities/marketplace/earnings-entry.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'

/** Start (inclusive) and end (exclusive) of a range. Null: open. */
export interface DateRange {
  readonly from: Date | null
  readonly to: Date | null
}

/** Earnings of a vendor in one currency. Currencies are never added up. */
export interface EarningsTotals {
  readonly currency: string
  /** Payments of buyers in the range. */
  readonly grossMinor: number
  /** The vendor's share of it. */
  readonly shareMinor: number
  /** Clawed-back amount in the range, minus restored amounts. */
  readonly clawedBackMinor: number
  /** Payouts in the range, minus failed ones. */
  readonly paidOutMinor: number
  /** Payable balance at the end of the range. Negative if more was clawed back than was left. */
  readonly payableMinor: number
}

/** A vendor's earnings, one row for each currency. */
export const earningsOf = (sql: Sql, vendorId: string, { from, to }: DateRange): Promise<EarningsTotals[]> =>
  sql.rows(
    `select currency,
       coalesce(sum(gross_minor) filter (where kind = 'SALE' and (at >= $2 or $2 is null)), 0)::bigint as gross_minor,
       coalesce(sum(amount_minor) filter (where kind = 'SALE' and (at >= $2 or $2 is null)), 0)::bigint as share_minor,
       coalesce(-sum(amount_minor) filter (where kind in ('CLAWBACK', 'CLAWBACK_REVERSED') and (at >= $2 or $2 is null)), 0)::bigint as clawed_back_minor,
       coalesce(-sum(amount_minor) filter (where kind in ('PAYOUT', 'PAYOUT_RETURNED') and (at >= $2 or $2 is null)), 0)::bigint as paid_out_minor,
       sum(amount_minor)::bigint as payable_minor
     from earnings_entry where vendor_id = $1 and (at < $3 or $3::timestamptz is null) group by currency order by currency`,
    [vendorId, from, to],
  )

/** A movement as a statement shows it, with what was sold. */
export interface StatementLine extends EarningsEntryRow {
  readonly templateName: string | null
  readonly slug: string | null
}

const LINES = `select e.*, t.name as template_name, t.slug from earnings_entry e left join purchase p on p.id = e.purchase_id
  left join product o on o.id = p.product_id left join template t on t.id = o.external_id`

/** The movements of a vendor's books, the latest first. */
export const statementOf = (
  sql: Sql,
  vendorId: string,
  span: DateRange,
  request: PageRequest,
): Promise<Page<StatementLine>> =>
  readPage<StatementLine>(
    request,
    `statement ${vendorId}`,
    (row) => [row.id],
    (limit, after) =>
      sql.rows(
        `${LINES} where e.vendor_id = $1 and (e.at >= $2 or $2::timestamptz is null) and (e.at < $3 or $3::timestamptz is null)
           and ($4::text is null or e.id < $4) order by e.id desc limit $5`,
        [vendorId, span.from, span.to, after?.[0] ?? null, limit],
      ),
  )

/** All of them in the order in which they came, for a file; at most as many as anybody reads. */
export const fullStatement = (sql: Sql, vendorId: string, span: DateRange): Promise<StatementLine[]> =>
  sql.rows(
    `${LINES} where e.vendor_id = $1 and (e.at >= $2 or $2::timestamptz is null) and (e.at < $3 or $3::timestamptz is null)
     order by e.id limit 100000`,
    [vendorId, span.from, span.to],
  )

/** Payable balance of every vendor, for manual payouts. */
export interface PayableBalance {
  readonly vendorId: string
  readonly vendorName: string
  readonly accountId: string
  readonly payoutAccountId: string | null
  readonly currency: string
  readonly amountMinor: number
}

export const listPayableBalances = (sql: Sql): Promise<PayableBalance[]> =>
  sql.rows(
    `select v.id as vendor_id, v.name as vendor_name, v.account_id, v.payout_account_id, e.currency, sum(e.amount_minor)::bigint as amount_minor
     from earnings_entry e join vendor v on v.id = e.vendor_id
     group by v.id, e.currency having sum(e.amount_minor) > 0 order by v.name, e.currency`,
  )
