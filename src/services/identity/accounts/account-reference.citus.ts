import { functionForm } from '#services/kernel/database/forms.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { accountName, accountWithName } from './account-directory.js'
import { findAccounts, splitReference, type AccountQuery, type AccountWithRole } from './account-reference.js'
import { findAccountWithRole } from './accounts.sql.js'

/** The directory has the IDs of names: an account is then read from its machine. */
async function findEach(sql: Sql, { reference, userId }: AccountQuery): Promise<AccountWithRole | null> {
  const named = splitReference(reference)
  const id = named ? await accountWithName(sql, accountName(named.kind, named.externalId)) : reference
  return id === null ? null : ((await sql.row(findAccountWithRole, { id, userId })) ?? null)
}

export const accountReferenceForms = [
  functionForm(findAccounts, (sql, queries) => Promise.all(queries.map((query) => findEach(sql, query)))),
]
