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

interface AuditedSubscription {
  readonly status: string
  readonly plan: string
  readonly planVersion: number
  readonly quantity: number
  readonly cancelAt: Date | null
  readonly trialEnd: Date | null
  readonly items: readonly string[] | null
  readonly planned: string | null
}

/** The latest subscription of an account, with its items and its scheduled change. */
export const findAuditedSubscription = statement<{ accountId: string }, AuditedSubscription>(`
  select s.status, p.code as plan, v.version as plan_version, s.quantity, s.cancel_at, s.trial_end,
    (
      select jsonb_agg(i.quantity || ' ' || i.price_id order by i.id)
      from subscription_item i where i.account_id = :accountId and i.subscription_id = s.id
    ) as items,
    (
      select c.kind || ' at ' || c.effective_at from subscription_change c
      where c.account_id = :accountId and c.subscription_id = s.id and c.status = 'SCHEDULED' order by c.id desc limit 1
    ) as planned
  from billing_subscription s
    join plan_version v on v.id = s.plan_version_id
    join plan p on p.id = v.plan_id
  where s.account_id = :accountId
  order by s.started_at desc, s.id desc limit 1
`)
