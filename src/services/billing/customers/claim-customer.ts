import { claimName, customerName } from '#services/identity/accounts/account-directory.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { ProviderName } from '../providers/provider-name.js'

/** A provider's customer, with the account that pays through it. */
export interface LinkedCustomer {
  readonly accountId: string
  readonly provider: ProviderName
  readonly customerId: string
}

/** Gives a provider's customer to an account. Fails if another account has it, because its payments would be mixed. */
export async function claimCustomer(
  transaction: Transaction,
  { accountId, provider, customerId }: LinkedCustomer,
): Promise<void> {
  const owner = await claimName(transaction, customerName(provider, customerId), accountId)
  if (owner !== accountId)
    throw new Error(`The customer ${customerId} at ${provider} belongs to ${owner} and not to ${accountId}.`)
}
