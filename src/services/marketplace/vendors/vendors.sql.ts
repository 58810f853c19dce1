import { statement } from '#services/kernel/database/statement.js'
import type { TemplateMetrics } from './vendor-analytics.js'

interface MetricsPage {
  readonly vendorId: string
  readonly from: Date | null
  readonly to: Date | null
  readonly after: string | null
  readonly limit: number
}

/** Metrics of templates from their earnings and installs. */
export const metricsOf = (before: string, earnings: string, installs: string): string => `
  with ${before}entry as (
    select o.external_id as template_id, e.currency, count(*) filter (where e.kind = 'SALE') as sales,
      sum(e.gross_minor)::bigint as gross, sum(e.amount_minor)::bigint as share
    from ${earnings}
    group by o.external_id, e.currency
  )
  select t.id as template_id,
    ${installs} as installs,
    coalesce((select sum(sales) from entry where entry.template_id = t.id), 0)::bigint as sales,
    coalesce((
      select jsonb_agg(jsonb_build_object('currency', currency, 'amountMinor', gross) order by currency)
      from entry where entry.template_id = t.id
    ), '[]') as gross,
    coalesce((
      select jsonb_agg(jsonb_build_object('currency', currency, 'amountMinor', share) order by currency)
      from entry where entry.template_id = t.id
    ), '[]') as share
  from template t
  where t.vendor_id = :vendorId and (t.id > :after or :after::text is null)
  order by t.id
  limit :limit
`

export const inRange = (column: string): string =>
  `(${column} >= :from or :from::timestamptz is null) and (${column} < :to or :to::timestamptz is null)`
export const ofPurchase = (): string => 'join purchase p on p.id = e.purchase_id join product o on o.id = p.product_id'

/** Metrics of a page of templates of a vendor, oldest first. Clawbacks reduce the share. */
export const templateMetrics = statement<MetricsPage, TemplateMetrics>(
  metricsOf(
    '',
    `earnings_entry e ${ofPurchase()}
    where e.vendor_id = :vendorId and ${inRange('e.at')}`,
    `(select count(*) from template_install i where i.template_id = t.id and ${inRange('i.at')})`,
  ),
)
