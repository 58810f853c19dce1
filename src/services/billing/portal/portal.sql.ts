import type { BillingCustomerRow } from '#entities/billing/billing-customer.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** The customer whose portal is shown: at the provider of the account's latest subscription, or at any provider it bought from. */
export const findPortalCustomer = statement<
  { accountId: string },
  { provider: BillingCustomerRow['provider']; customerId: string }
>(`
  select c.provider, c.customer_id
  from billing_customer c left join lateral (
    select max(s.started_at) as last from billing_subscription s where s.account_id = c.account_id and s.provider = c.provider
  ) subscribed on true
  where c.account_id = :accountId and c.customer_id is not null and (
    subscribed.last is not null
    or exists (select 1 from checkout k where k.account_id = c.account_id and k.provider = c.provider and k.status = 'COMPLETED')
  )
  order by subscribed.last desc nulls last limit 1
`)
