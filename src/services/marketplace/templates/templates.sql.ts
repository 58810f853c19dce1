import { statement } from '#services/kernel/database/statement.js'
import type { TemplateEventRow } from './template-events.js'

/** A template with its vendor, its product and the prices on sale. */
export const templateEventData = statement<{ templateId: string }, TemplateEventRow>(`
  select t.id as template_id, t.id as external_id, t.slug, t.name, t.short_description, t.long_description, c.code as category, t.tags,
    t.tech_stack, t.infrastructure_requirements, t.required_plan, t.version, t.status, t.status = 'APPROVED' as listed,
    t.install_count, t.approved_at,
    v.id as vendor_id, v.name as vendor_name, v.verified as vendor_verified, v.account_id as vendor_account_id,
    case when a.kind = 'PERSON' then a.external_id end as vendor_user_id,
    p.id as product_id, p.active as product_active,
    coalesce((
      select jsonb_agg(
        jsonb_build_object('amountMinor', pr.amount_minor, 'currency', pr.currency, 'interval', pr."interval") order by pr.id
      )
      from price pr where pr.product_id = p.id and pr.active and p.active
    ), '[]') as prices
  from template t
    left join category c on c.id = t.category_id
    left join vendor v on v.id = t.vendor_id
    left join account a on a.id = v.account_id
    left join product p on p.type = 'TEMPLATE' and p.external_id = t.id
  where t.id = :templateId
`)
