import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import { claimCustomer } from './claim-customer.js'
import { linkCustomer } from './customers.sql.js'

/**
 * Restores a lost link to a provider's customer, by the account ID that was stored at the provider when the customer was created. Only the
 * owner of the secret key can write it. An account that has a customer keeps it, and so does a customer that has an account.
 */
export async function relinkCustomer(context: BillingContext, port: PaymentPort, customerId: string): Promise<boolean> {
  const accountId = await port.accountOfCustomer(customerId)
  if (!accountId) return false
  const { provider } = port
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    if ((await transaction.run(linkCustomer, { accountId, provider, customerId })) === 0) return false
    await claimCustomer(transaction, { accountId, provider, customerId })
    return true
  })
}
