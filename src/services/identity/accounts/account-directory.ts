import type { DirectoryKind } from '#entities/identity/account-directory.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** A name that only one account can have, for example a deployment's hash. */
export interface DirectoryName {
  readonly kind: DirectoryKind
  readonly name: string
}

/** The name of an account in the directory. */
export const accountName = (kind: string, externalId: string): DirectoryName => ({
  kind: 'ACCOUNT',
  name: `${kind}:${externalId}`,
})

/** The name of a provider's customer in the directory. */
export const customerName = (provider: string, customerId: string): DirectoryName => ({
  kind: 'CUSTOMER',
  name: `${provider}:${customerId}`,
})

/**
 * Gives a name to an account, unless another account has it. Returns the account that has the name. A concurrent claim of
 * the same name waits until this transaction ends.
 */
export async function claimName(database: Sql, name: DirectoryName, accountId: string): Promise<string> {
  const claimed = await database.query
    .insertInto('account_directory')
    .values({ ...name, accountId })
    .onConflict((conflict) => conflict.columns(['kind', 'name']).doNothing())
    .returning('accountId')
    .executeTakeFirst()
  return claimed?.accountId ?? (await accountWithName(database, name)) ?? accountId
}

/** Removes a name, so that any account can have it. */
export async function releaseName(database: Sql, { kind, name }: DirectoryName): Promise<void> {
  await database.query.deleteFrom('account_directory').where('kind', '=', kind).where('name', '=', name).execute()
}

/** The account that has a name. Null if none has it. */
export async function accountWithName(database: Sql, { kind, name }: DirectoryName): Promise<string | null> {
  const entry = await database.query
    .selectFrom('account_directory')
    .select('accountId')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .executeTakeFirst()
  return entry?.accountId ?? null
}
