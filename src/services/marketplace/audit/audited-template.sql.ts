import { statement } from '#services/kernel/database/statement.js'

interface AuditedTemplate {
  readonly status: string
  readonly name: string
  readonly version: number | null
  readonly requiredPlan: string | null
  readonly freeForever: boolean
  readonly deletedAt: Date | null
  readonly nextVersion: number | null
  readonly nextStatus: string | null
  readonly nextName: string | null
  readonly onSale: boolean | null
  readonly prices: readonly string[] | null
}

/** A template with its open version and its prices. */
export const findAuditedTemplate = statement<{ id: string }, AuditedTemplate>(`
  select t.status, t.name, t.version, t.required_plan, t.free_forever, t.deleted_at, v.number as next_version,
    v.status as next_status, v.content->>'name' as next_name, p.active as on_sale,
    (
      select jsonb_agg(r.amount_minor || ' ' || r.currency || ' ' || r."interval" order by r.id)
      from price r where r.product_id = p.id and r.active
    ) as prices
  from template t
    left join template_version v on v.template_id = t.id and v.status <> 'APPROVED'
    left join product p on p.type = 'TEMPLATE' and p.external_id = t.id
  where t.id = :id
  order by v.number desc limit 1
`)
