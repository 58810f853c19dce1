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

/** True if the caller may read a user: themselves, a member of one of their accounts, or an operator. */
export async function maySeeUser(
  context: IdentityContext,
  userId: string,
  shareAccount: (pair: string) => Promise<boolean>,
): Promise<boolean> {
  const { caller } = context
  if (caller.kind === 'user' && caller.userId === userId) return true
  if (caller.kind === 'user' && (await shareAccount(pairOfUsers(caller.userId, userId)))) return true
  const isService = hasScope(caller, 'ops:read') && caller.kind === 'service' && caller.accountId === null
  if (!isService && !rolesAllow(caller, 'members:read')) return false
  bufferAudit(context, { accountId: null, actor: caller.principal, action: 'operator.members_read', object: userId })
  return true
}
