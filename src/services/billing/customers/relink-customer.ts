import type { BillingContext } from '../billing-context.js'
import type { PaymentPort } from '../providers/port.js'

/**
 * Restores a lost link to a provider's customer, by the account's id that we noted on it when we made it. Only we can write there:
 * it takes our secret key. An account that has a customer keeps the one it has.
 */
export async function relinkCustomer(context: BillingContext, port: PaymentPort, customerId: string): Promise<boolean> {
  const accountId = await port.accountOfCustomer(customerId)
  if (!accountId) return false
  const linked = await context.database.run(
    `insert into billing_customer (account_id, provider, customer_id, email, name)
     select a.id, $2, $3, coalesce((select u.email from member m join app_user u on u.id = m.user_id where m.account_id = a.id order by m.since limit 1), ''), a.name
     from account a where a.id = $1
     on conflict (account_id, provider) do update set customer_id = excluded.customer_id where billing_customer.customer_id is null`,
    [accountId, port.provider, customerId],
  )
  return linked > 0
}
