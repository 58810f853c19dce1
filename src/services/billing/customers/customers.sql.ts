import { statement } from '#services/kernel/database/statement.js'

/** Links an account to a provider's customer, with the address of its first member. An account that has a customer keeps it. */
export const linkCustomer = statement<{ accountId: string; provider: string; customerId: string }>(`
  insert into billing_customer (account_id, provider, customer_id, email, name)
  select a.id, :provider, :customerId, coalesce((
      select u.email from member m join app_user u on u.id = m.user_id
      where m.account_id = a.id order by m.since limit 1
    ), ''), a.name
  from account a where a.id = :accountId
  on conflict (account_id, provider) do update
  set customer_id = excluded.customer_id where billing_customer.customer_id is null
`)
