import type { AccountRow } from '#entities/identity/account.entity.js'
import type { MemberRole, MemberRow } from '#entities/identity/member.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { requireSignedIn } from '../model/guard.js'
import type { IdentityContext, UserCaller } from '../model/caller.js'
import type { MembershipInput } from './decide-membership.js'

/** Memberships belong to users: a service key has none. */
export function requireUser(context: IdentityContext): UserCaller {
  requireSignedIn(context)
  if (context.caller.kind !== 'user') throw new AppError('FORBIDDEN', 'Service keys cannot do this. Sign in as a user.')
  return context.caller
}

export const findMember = (sql: Sql, accountId: string, userId: string): Promise<MemberRow | undefined> =>
  sql.query
    .selectFrom('member')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('userId', '=', userId)
    .executeTakeFirst()

/** Target and actor of a membership change, read under the account lock. */
export async function loadMembership(
  transaction: Transaction,
  account: AccountRow,
  actorId: string,
  userId: string,
): Promise<{ readonly input: MembershipInput; readonly member: MemberRow | null }> {
  const rows = await transaction.query
    .selectFrom('member as m')
    .innerJoin('app_user as u', 'u.id', 'm.userId')
    .selectAll('m')
    .select('u.subject')
    .where('m.accountId', '=', account.id)
    .where((eb) => eb.or([eb('m.userId', 'in', [actorId, userId]), eb('m.role', '<>', 'MEMBER')]))
    .execute()
  const of = (id: string) => rows.find((row) => row.userId === id)
  const count = (role: MemberRole) => rows.filter((row) => row.role === role).length
  const actor = of(actorId)
  // An actor who was removed during the request has no permission any more.
  if (!actor) throw new AppError('NOT_FOUND', 'Account not found.')
  const member = of(userId) ?? null
  return {
    member,
    input: {
      kind: account.kind,
      isOwnAccount: account.kind === 'PERSON' && member?.subject === account.externalId,
      actor: actor.role,
      isActor: actorId === userId,
      target: member?.role ?? null,
      owners: count('OWNER'),
      admins: count('ADMIN'),
    },
  }
}
