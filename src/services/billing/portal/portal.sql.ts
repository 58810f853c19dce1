import type { BillingCustomerRow } from '#entities/billing/billing-customer.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** The customer of an account whose portal is shown. */
export interface PortalCustomer {
  readonly accountId: string
  readonly provider: BillingCustomerRow['provider']
  readonly customerId: string
}

/** Customers whose portal is shown: at the provider of the account's latest subscription, or at any provider it bought from. */
export const findPortalCustomers = statement<{ accountIds: readonly string[] }, PortalCustomer>(`
  select distinct on (c.account_id) c.account_id, c.provider, c.customer_id
  from billing_customer c left join lateral (
    select max(s.started_at) as last from billing_subscription s where s.account_id = c.account_id and s.provider = c.provider
  ) subscribed on true
  where c.account_id = any(:accountIds) and c.customer_id is not null and (
    subscribed.last is not null
    or exists (select 1 from checkout k where k.account_id = c.account_id and k.provider = c.provider and k.status = 'COMPLETED')
  )
  order by c.account_id, subscribed.last desc nulls last
`)
