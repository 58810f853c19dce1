import type { AccountRow } from '#entities/identity/account.entity.js'
import type { UserRow } from '#entities/identity/user.entity.js'
import type { MemberRow } from '#entities/identity/member.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { EMPTY_PAGE, readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '../caller.js'
import { visibleAccount } from '../guard/guard.js'

/** The accounts that a user is a member of. */
export const accountsOfUser = (sql: Sql, userId: string): Promise<AccountRow[]> =>
  sql.query
    .selectFrom('account as a')
    .innerJoin('member as m', 'm.accountId', 'a.id')
    .selectAll('a')
    .where('m.userId', '=', userId)
    .orderBy('a.id')
    .execute()

/**
 * Members of an account, in the order in which they joined. Empty for callers that can see the account but not its
 * members.
 */
export async function membersOf(
  context: IdentityContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<MemberRow> & { totalCount: number }> {
  if (!(await visibleAccount(context, accountId, 'members:read'))) return { ...EMPTY_PAGE, totalCount: 0 }
  const { query } = context.database
  const page = await readPage<MemberRow>(
    request,
    `members ${accountId}`,
    (row) => [row.userId],
    (limit, after) =>
      query
        .selectFrom('member')
        .selectAll()
        .where('accountId', '=', accountId)
        .$if(!!after, (members) => members.where('userId', '>', after![0]!))
        .orderBy('userId')
        .limit(limit)
        .execute(),
  )
  const { total } = await query
    .selectFrom('member')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  return { ...page, totalCount: total }
}

export const accountsByIds = (sql: Sql, ids: readonly string[]): Promise<AccountRow[]> =>
  sql.query.selectFrom('account').selectAll().where('id', 'in', ids).execute()
export const usersByIds = (sql: Sql, ids: readonly string[]): Promise<UserRow[]> =>
  sql.query.selectFrom('app_user').selectAll().where('id', 'in', ids).execute()
