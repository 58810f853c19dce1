import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** Active subscription of each account: one that replaces another comes after it. */
export const listActiveSubscriptions = statement<
  { accountIds: readonly string[]; terminal: readonly string[] },
  BillingSubscriptionRow
>(`
  select distinct on (s.account_id) s.* from billing_subscription s
  where s.account_id = any(:accountIds) and s.status <> all(:terminal)
  order by s.account_id, exists (
      select 1 from billing_subscription o
      where o.account_id = s.account_id and o.id <> s.id and o.status <> all(:terminal) and o.cancel_at <= s.started_at
    ), s.started_at desc
`)
