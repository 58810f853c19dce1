import type { Sql } from '#services/kernel/database/sql.js'
import type { DateRange } from '../earnings/vendor-earnings.js'

/** Metrics of one template of a vendor. */
export interface TemplateMetrics {
  readonly templateId: string
  /** Deployments and sales in the range; views and ratings in total. */
  readonly installs: number
  readonly sales: number
  readonly gross: readonly { readonly currency: string; readonly amountMinor: number }[]
  readonly share: readonly { readonly currency: string; readonly amountMinor: number }[]
}

/** Metrics of each template of a vendor, oldest first. Clawbacks reduce the share. */
export const templateMetricsOf = (sql: Sql, vendorId: string, { from, to }: DateRange): Promise<TemplateMetrics[]> =>
  sql.rows(
    `with entry as (
       select o.external_id as template_id, e.currency, count(*) filter (where e.kind = 'SALE') as sales,
         sum(e.gross_minor)::bigint as gross, sum(e.amount_minor)::bigint as share
       from earnings_entry e join purchase p on p.id = e.purchase_id join product o on o.id = p.product_id
       where e.vendor_id = $1 and (e.at >= $2 or $2::timestamptz is null) and (e.at < $3 or $3::timestamptz is null)
       group by o.external_id, e.currency)
     select t.id as template_id,
       (select count(*) from template_install i where i.template_id = t.id and (i.at >= $2 or $2::timestamptz is null)
          and (i.at < $3 or $3::timestamptz is null)) as installs,
       coalesce((select sum(sales) from entry where entry.template_id = t.id), 0)::bigint as sales,
       coalesce((select jsonb_agg(jsonb_build_object('currency', currency, 'amountMinor', gross) order by currency)
          from entry where entry.template_id = t.id), '[]') as gross,
       coalesce((select jsonb_agg(jsonb_build_object('currency', currency, 'amountMinor', share) order by currency)
          from entry where entry.template_id = t.id), '[]') as share
     from template t where t.vendor_id = $1 order by t.id limit 500`,
    [vendorId, from, to],
  )
