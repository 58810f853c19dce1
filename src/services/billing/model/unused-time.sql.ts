import type { StoredInvoiceLine } from '#entities/billing/invoice.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** An invoice with our prices on its lines. */
export interface Bill {
  readonly totalMinor: number
  readonly taxMinor: number
  readonly lines: readonly (StoredInvoiceLine & { readonly priceId: string | null })[]
}

/**
 * The invoices of a subscription that are paid, or that were sent and are not paid, with our prices on their lines, newest first. What an
 * invoice charges that is not sent is given when it is paid.
 */
export const billsOf = statement<{ provider: string; externalId: string; accountId: string; isPaid: boolean }, Bill>(`
  select i.total_minor, i.tax_minor - i.included_tax_minor as tax_minor, (
    select json_agg(line.value || jsonb_build_object('priceId', pp.price_id))
    from jsonb_array_elements(i.lines) as line
      left join provider_price pp on pp.provider = i.provider and pp.external_id = line.value ->> 'priceExternalId'
  ) as lines
  from invoice i
  where i.provider = :provider and i.subscription_id = :externalId and i.account_id = :accountId
    and case when :isPaid then i.status = 'PAID' else i.is_sent and i.status in ('DRAFT', 'OPEN') end
    and i.total_minor > 0 and jsonb_array_length(i.lines) > 0
  order by i.created_at desc, i.id desc limit 100
`)

/**
 * A row if the line of a subscription was lowered in its running period without a proration at the provider: by a change, or because its money
 * was refunded. A change that begins a new period, and a line that was added again, count as a new start.
 */
export const loweredLine = statement<
  {
    accountId: string
    subscriptionId: string
    provider: string
    externalId: string
    kind: string
    priceId: string
    productId: string
    periodStart: Date
  },
  { found: number }
>(`
  select 1 as found from subscription_change c
  where c.account_id = :accountId and c.subscription_id = :subscriptionId and c.kind = :kind and c.status = 'APPLIED' and c.as_of >= :periodStart
    and (:kind = 'PLAN' or c.to_price_id = :priceId) and c.unused_time ->> 'beginsPeriod' = 'false'
    and not exists (
      select 1 from subscription_change later
      where later.account_id = :accountId and later.subscription_id = :subscriptionId and later.status = 'APPLIED' and later.id >= c.id
        and (later.unused_time ->> 'beginsPeriod' = 'true'
          or later.kind = 'ADDON' and later.to_price_id = :priceId and later.to_quantity = 0)
    )
  union all
  select 1 from purchase r join product o on o.id = r.product_id
  where r.account_id = :accountId and r.provider = :provider and r.subscription_id = :externalId and r.reverted and r.expires_at > :periodStart
    and r.purchased_at >= :periodStart
    and case when :kind = 'PLAN' then o.type = 'PLAN' else r.product_id = :productId end
    and not exists (
      select 1 from purchase later
      where later.account_id = :accountId and later.provider = :provider and later.subscription_id = :externalId
        and later.product_id = :productId
        and later.id > r.id and later.step is not null and later.step ->> 'fromPriceId' is null
    )
  limit 1
`)
