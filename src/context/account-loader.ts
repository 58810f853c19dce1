import DataLoader from 'dataloader'
import type { AccountLoader } from '../services/identity/accounts/account-loader.js'
import type { AccountReader } from '../services/identity/accounts/account-reader.js'
import type { AccountWithRole } from '../services/identity/accounts/account-reference.js'
import { readOrCreate, type CustomersContext } from '../services/identity/customers/create-customers.js'
import { mayCreateCustomers } from '../services/identity/model/guard.js'
import { wrongCustomer } from '../services/identity/model/reference.js'

/**
 * Accounts with the caller's role in them. Customers that a service names for the first time are created. A reference that can name no
 * customer is an error of its own, and not one of the other references.
 */
export function createAccountLoader(
  context: CustomersContext & { readonly accountReader: AccountReader },
): AccountLoader {
  const userId = context.caller.kind === 'user' ? context.caller.userId : null
  return new DataLoader<string, AccountWithRole | null>(async (references) => {
    const found = await readOrCreate(
      context,
      references.map((reference) => ({ reference, userId })),
      (queries) => Promise.all(queries.map((query) => context.accountReader.read(query))),
    )
    if (!mayCreateCustomers(context.caller)) return found
    return found.map((account, index) => account ?? wrongCustomer(references[index]!))
  })
}
