import { statement } from '#services/kernel/database/statement.js'
import { ACTIVE_OWNERSHIP } from '../ownership/active-ownership.js'
import type { TemplateInputRow } from './load-template-inputs.js'

/**
 * Requested templates with their sale, and the account's relation to them. Templates that were never published are
 * absent; so are deleted templates that the account does not own.
 */
export const templateInputs = statement<
  { accountIds: readonly string[]; templateIds: readonly string[]; now: Date; currency: string },
  TemplateInputRow
>(`
  select requested.account_id, t.id as template_id, t.name, t.stack, t.required_plan, t.is_from_marketplace, t.status,
    t.infrastructure_requirements as needs, p.active as product_active, price.view as price, ownership.active as owned,
    exists (
      select 1 from dispute d join purchase b on b.id = d.purchase_id and b.account_id = d.account_id
      where b.account_id = requested.account_id and d.status = 'OPEN'
    ) as disputed
  from unnest(:accountIds::text[], :templateIds::text[]) as requested (account_id, template_id)
    join template t on t.id = requested.template_id and t.status in ('APPROVED', 'DEPRECATED') and t.approved_at is not null
    left join product p on p.type = 'TEMPLATE' and p.external_id = t.id
    left join lateral (
      select jsonb_build_object('id', pr.id, 'amountMinor', pr.amount_minor, 'currency', pr.currency, 'interval', pr."interval",
        'trialDays', pr.trial_days, 'per', pr.per) as view
      from price pr
      where pr.product_id = p.id and pr.active
      order by pr.currency <> :currency, pr.amount_minor
      limit 1
    ) price on true
    cross join lateral (
      select exists (
        select 1 from template_ownership o
        where o.account_id = requested.account_id and o.template_id = t.id and ${ACTIVE_OWNERSHIP}
      ) as active
    ) ownership
  where t.deleted_at is null or ownership.active
`)
