import type { Context } from '#services/kernel/context/context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { hashSecret } from '#services/kernel/secrets/secret-box.js'
import { accountName, accountWithName, claimName, type DirectoryName } from '../accounts/account-directory.js'
import { splitReference, wrongCustomer } from '../model/reference.js'
import { mayCreateCustomers } from '../model/guard.js'
import type { Caller } from '../model/caller.js'

/** Parts of a request that creates customers. */
export type CustomersContext = Pick<Context, 'database' | 'clock'> & { readonly caller: Caller }

/** Identifies an account that was deleted, without its name. */
export const deletedName = (externalId: string): DirectoryName => ({
  kind: 'DELETED_ACCOUNT',
  name: hashSecret(accountName('CUSTOMER', externalId).name),
})

/**
 * Creates the customers among accounts that were not found, if the caller may. True if an account exists now that did not
 * before. A deleted customer is not created again.
 */
async function createMissingCustomers(context: CustomersContext, references: readonly string[]): Promise<boolean> {
  if (!mayCreateCustomers(context.caller)) return false
  // An ID without visible characters creates nothing. Existing accounts that have one are found.
  const named = references
    .filter((reference) => wrongCustomer(reference) === null)
    .map(splitReference)
    .filter((account) => account?.kind === 'CUSTOMER')
  // In one order, so that concurrent calls wait for each other instead of a cycle.
  const externalIds = [...new Set(named.map((account) => account!.externalId))].toSorted()
  if (externalIds.length === 0) return false
  return context.database.transaction(async (transaction) => {
    let created = false
    for (const externalId of externalIds) {
      if ((await accountWithName(transaction, deletedName(externalId))) !== null) continue
      await createCustomer(transaction, { externalId, at: context.clock.now(), actor: context.caller.principal })
      created = true
    }
    return created
  })
}

/** Reads accounts, and reads them again if customers among them had to be created. Null for an account that does not exist. */
export async function readOrCreate<Query extends { readonly reference: string }, Found>(
  context: CustomersContext,
  queries: readonly Query[],
  read: (queries: readonly Query[]) => Promise<readonly (Found | null)[]>,
): Promise<readonly (Found | null)[]> {
  const found = await read(queries)
  const missing = queries.flatMap(({ reference }, index) => (found[index] ? [] : [reference]))
  return missing.length > 0 && (await createMissingCustomers(context, missing)) ? read(queries) : found
}

/** The ID of a customer in a reference such as `customer:42`. @throws AppError if it names none */
export function customerId(reference: string): string {
  const error = wrongCustomer(reference)
  if (error) throw error
  return splitReference(reference)!.externalId
}

/** Creates the account of a customer, unless it exists. Returns its ID. Concurrent calls wait for each other. */
export async function createCustomer(
  transaction: Transaction,
  { externalId, at, actor }: { readonly externalId: string; readonly at: Date; readonly actor: string },
): Promise<string> {
  const id = transaction.newId('acc')
  const known = await claimName(transaction, accountName('CUSTOMER', externalId), id)
  if (known !== id) return known
  const account = { id, kind: 'CUSTOMER' as const, externalId, name: externalId, createdAt: at }
  await transaction.query.insertInto('account').values(account).execute()
  await recordChange(transaction, { accountId: id, actor, action: 'account.created', object: id })
  return id
}
