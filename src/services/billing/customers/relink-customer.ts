import type { BillingContext } from '../billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import { linkCustomer } from './customers.sql.js'

/**
 * Restores a lost link to a provider's customer, by the account ID that was stored at the provider when the customer was created. Only the
 * owner of the secret key can write it. An account that has a customer keeps it.
 */
export async function relinkCustomer(context: BillingContext, port: PaymentPort, customerId: string): Promise<boolean> {
  const accountId = await port.accountOfCustomer(customerId)
  if (!accountId) return false
  return (await context.database.run(linkCustomer, { accountId, provider: port.provider, customerId })) > 0
}
