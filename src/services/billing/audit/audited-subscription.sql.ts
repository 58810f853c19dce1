import { statement } from '#services/kernel/database/statement.js'

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
