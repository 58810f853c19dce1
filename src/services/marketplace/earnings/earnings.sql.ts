import { statement } from '#services/kernel/database/statement.js'

/** Sums of earnings entries in one currency. Currencies are never added up. */
export interface EarningsSums {
  /** Number of sales and renewals. */
  readonly sales: number
  /** Payments of buyers. */
  readonly grossMinor: number
  /** The vendor's share of it. */
  readonly shareMinor: number
  /** Clawed-back amount, minus restored amounts. */
  readonly clawedBackMinor: number
  /** Payouts, minus failed ones. */
  readonly paidOutMinor: number
  /** Change of the balance. */
  readonly changeMinor: number
}

/** Earnings of a period. Period 0 is everything before the first one. */
export interface PeriodEarnings extends EarningsSums {
  readonly period: number
  readonly currency: string
}

interface EarningsParameters {
  readonly vendorId: string
  readonly bounds: readonly Date[]
}

const PERIOD = 'width_bucket(e.at, :bounds::timestamptz[])'
const START = '(:bounds::timestamptz[])[1]'
const END = '(:bounds::timestamptz[])[cardinality(:bounds::timestamptz[])]'

const SUMS = `count(*) filter (where e.kind = 'SALE') as sales,
    coalesce(sum(e.gross_minor) filter (where e.kind = 'SALE'), 0)::bigint as gross_minor,
    coalesce(sum(e.amount_minor) filter (where e.kind = 'SALE'), 0)::bigint as share_minor,
    coalesce(-sum(e.amount_minor) filter (where e.kind in ('CLAWBACK', 'CLAWBACK_REVERSED')), 0)::bigint as clawed_back_minor,
    coalesce(-sum(e.amount_minor) filter (where e.kind in ('PAYOUT', 'PAYOUT_RETURNED')), 0)::bigint as paid_out_minor,
    coalesce(sum(e.amount_minor), 0)::bigint as change_minor`

/** Earnings of a vendor by currency and period. */
export const sumEarnings = statement<EarningsParameters, PeriodEarnings>(`
  select ${PERIOD} as period, e.currency, ${SUMS}
  from earnings_entry e
  where e.vendor_id = :vendorId and e.at < ${END}
  group by 1, 2 order by 2, 1
`)

/** Earnings of a vendor by template, currency and period. */
export const sumEarningsByTemplate = statement<EarningsParameters, PeriodEarnings & { templateId: string | null }>(`
  with earned as materialized (
    select * from earnings_entry entry
    where entry.vendor_id = :vendorId and entry.at >= ${START} and entry.at < ${END}
  )
  select ${PERIOD} as period, e.currency, o.external_id as template_id, ${SUMS}
  from earned e join purchase p on p.id = e.purchase_id join product o on o.id = p.product_id
  group by 1, 2, 3 order by 3, 2, 1
`)

/** Deployments of each template of a vendor by period. The period is 0 without any. */
export const countInstalls = statement<EarningsParameters, { templateId: string; period: number; installs: number }>(`
  with installed as materialized (
    select i.template_id, width_bucket(i.at, :bounds::timestamptz[]) as period, count(*) as installs
    from template_install i
    where i.template_id in (select t.id from template t where t.vendor_id = :vendorId) and i.at >= ${START} and i.at < ${END}
    group by 1, 2
  )
  select t.id as template_id, coalesce(i.period, 0) as period, coalesce(i.installs, 0)::bigint as installs
  from template t left join installed i on i.template_id = t.id
  where t.vendor_id = :vendorId
  order by 1, 2
`)
