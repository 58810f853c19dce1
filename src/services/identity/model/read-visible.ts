import type { AccountRow } from '#entities/identity/account.entity.js'
import type { IdentityContext } from './caller.js'
import { visibleAccount, type Permission } from './guard.js'

/** Reads something of an account. Null if the caller cannot see the account with this permission. */
export async function readVisible<Value>(
  context: IdentityContext,
  reference: string | null | undefined,
  permission: Permission,
  read: (account: AccountRow) => Promise<Value> | Value,
): Promise<Value | null> {
  const account = await visibleAccount(context, reference, permission)
  return account && read(account)
}

/** An object of an account. Null if there is none, or if the caller cannot see its account with this permission. */
export const visibleObject = async <Row extends { readonly accountId: string }>(
  context: IdentityContext,
  row: Row | null | undefined,
  permission: Permission,
): Promise<Row | null> => (row ? readVisible(context, row.accountId, permission, () => row) : null)
