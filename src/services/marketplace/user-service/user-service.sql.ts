import { statement } from '#services/kernel/database/statement.js'
import type { SellableTemplate } from './import-plans-and-prices.js'

/** Templates that can be sold: on the marketplace, not deprecated and not free forever. */
export const sellableTemplates = statement<{ ids: readonly string[] }, SellableTemplate>(`
  select t.id, t.slug, t.name, t.vendor_id,
    exists (
      select 1 from template_sync_message m
      where m.template_id = t.id and (m.state = 'PENDING' or m.sent_at > now() - interval '1 minute')
    ) or exists (
      select 1 from outbox_event o where o.state = 'PENDING' and o.payload->>'templateId' = t.id
    ) as has_unsent_price,
    (
      select jsonb_build_object('currency', r.currency, 'interval', r."interval")
      from product p join price r on r.product_id = p.id and r.active
      where p.type = 'TEMPLATE' and p.external_id = t.id
      order by r.id
      limit 1
    ) as sold
  from template t
  where t.id = any(:ids) and t.is_from_marketplace and not t.free_forever and t.status <> 'DEPRECATED'
  order by t.id
`)
