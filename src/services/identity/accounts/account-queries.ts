import type { MemberFilter } from '#schema/identity/member.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { UserRow } from '#entities/identity/user.entity.js'
import type { MemberRow } from '#entities/identity/member.entity.js'
import { containsPattern } from '#services/kernel/database/contains-pattern.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CountablePage, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { IdentityContext } from '../model/caller.js'
import { requireAccount } from '../model/guard.js'

/** The accounts that a user is a member of, oldest first. */
export async function accountsOfUser(
  { query }: Sql,
  userId: string,
  request: PageRequest,
): Promise<CountablePage<AccountRow>> {
  const accounts = query
    .selectFrom('account as a')
    .innerJoin('member as m', 'm.accountId', 'a.id')
    .where('m.userId', '=', userId)
  return readRows(request, `accounts ${userId}`, accounts.selectAll('a'), { by: ['a.id'], ascending: true })
}

/** Members of an account, in the order of their users. Throws for callers that cannot read the members. */
export async function membersOf(
  context: IdentityContext,
  accountId: string,
  filter: MemberFilter,
  request: PageRequest,
): Promise<CountablePage<MemberRow>> {
  await requireAccount(context, accountId, 'members:read')
  const members = filteredMembers(context.database, accountId, filter)
  return readRows(request, `members ${accountId}`, members.selectAll('m'), { by: ['m.userId'], ascending: true })
}

/** Rows `m` of the members of an account that fulfill a filter, with their users `u`. */
export function filteredMembers({ query }: Sql, accountId: string, { roles, search, withoutSeat }: MemberFilter) {
  const pattern = containsPattern(search, 'search')
  return query
    .selectFrom('member as m')
    .innerJoin('app_user as u', 'u.id', 'm.userId')
    .where('m.accountId', '=', accountId)
    .$if(!!roles, (members) => members.where('m.role', 'in', roles!))
    .$if(pattern !== null, (members) =>
      members.where((eb) => eb.or([eb('u.email', 'ilike', pattern), eb('u.name', 'ilike', pattern)])),
    )
    .$if(!!withoutSeat, (members) =>
      members.where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('allocation as s')
              .select('s.resourceId')
              .where('s.accountId', '=', accountId)
              .where('s.feature', '=', withoutSeat!)
              .where('s.releasedAt', 'is', null)
              .whereRef('s.resourceId', '=', 'm.userId'),
          ),
        ),
      ),
    )
}

export const accountsByIds = (sql: Sql, ids: readonly string[]): Promise<AccountRow[]> =>
  sql.query.selectFrom('account').selectAll().where('id', 'in', ids).execute()
export const usersByIds = (sql: Sql, ids: readonly string[]): Promise<UserRow[]> =>
  sql.query.selectFrom('app_user').selectAll().where('id', 'in', ids).execute()
