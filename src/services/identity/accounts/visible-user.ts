import type { Sql } from '#services/kernel/database/sql.js'
import { bufferAudit } from '#services/kernel/audit/audit-buffer.js'
import { rolesAllow } from '../model/guard.js'
import { hasScope, type IdentityContext } from '../model/caller.js'

/** Two users, as `usr_… usr_…`. */
export const pairOfUsers = (one: string, other: string): string => `${one} ${other}`

/** Pairs of users who are members of one account. */
export async function coMembers(sql: Sql, pairs: readonly string[]): Promise<Set<string>> {
  const users = pairs.map((pair) => pair.split(' ') as [string, string])
  const rows = await sql.query
    .selectFrom('member as one')
    .innerJoin('member as other', 'other.accountId', 'one.accountId')
    .select(['one.userId as one', 'other.userId as other'])
    .distinct()
    .where('one.userId', 'in', [...new Set(users.map(([one]) => one))])
    .where('other.userId', 'in', [...new Set(users.map(([, other]) => other))])
    .execute()
  return new Set(rows.map(({ one, other }) => pairOfUsers(one, other)))
}

type ShareAccount = (pair: string) => Promise<boolean>

/** True if the caller may read a user: themselves, a member of one of their accounts, or an operator. */
export async function maySeeUser(
  context: IdentityContext,
  userId: string,
  shareAccount: ShareAccount,
): Promise<boolean> {
  if (await isFellow(context, userId, shareAccount)) return true
  if (!readsMembers(context)) return false
  const actor = context.caller.principal
  bufferAudit(context, { accountId: null, actor, action: 'operator.members_read', object: userId })
  return true
}

/** Like `maySeeUser`, without a record of the read: for the name of a user in a record that the caller may read. */
export const mayKnowUser = async (
  context: IdentityContext,
  userId: string,
  shareAccount: ShareAccount,
): Promise<boolean> => readsMembers(context) || isFellow(context, userId, shareAccount)

async function isFellow({ caller }: IdentityContext, userId: string, shareAccount: ShareAccount): Promise<boolean> {
  if (caller.kind !== 'user') return false
  return caller.userId === userId || shareAccount(pairOfUsers(caller.userId, userId))
}

function readsMembers({ caller }: IdentityContext): boolean {
  const isService = caller.kind === 'service' && caller.accountId === null && hasScope(caller, 'ops:read')
  return isService || rolesAllow(caller, 'members:read')
}
