import DataLoader from 'dataloader'
import type { AccountLoader } from '../services/identity/accounts/account-loader.js'
import type { AccountReader } from '../services/identity/accounts/account-reader.js'
import { readOrCreate, type CustomersContext } from '../services/identity/customers/create-customers.js'

/** Accounts with the caller's role in them. Customers that a service names for the first time are created. */
export function createAccountLoader(
  context: CustomersContext & { readonly accountReader: AccountReader },
): AccountLoader {
  const userId = context.caller.kind === 'user' ? context.caller.userId : null
  return new DataLoader((references: readonly string[]) =>
    readOrCreate(
      context,
      references.map((reference) => ({ reference, userId })),
      (queries) => Promise.all(queries.map((query) => context.accountReader.read(query))),
    ),
  )
}
