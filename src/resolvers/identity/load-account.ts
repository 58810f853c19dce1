import type { Account } from '#schema/identity/account.type.js'
import type { User } from '#schema/identity/user.type.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount, toUser } from './account.mapper.js'

/** The account of an object that the caller may see. Null if it was deleted. */
export async function loadAccount({ loaders }: RequestContext, id: string): Promise<Account | null> {
  const row = await loaders.account.load(id)
  return row && toAccount(row)
}

/** The user of an object that the caller may see. Null if none was named, and if deleted. */
export async function loadUser({ loaders }: RequestContext, id: string | null): Promise<User | null> {
  const row = id === null ? null : await loaders.user.load(id)
  return row && toUser(row)
}
