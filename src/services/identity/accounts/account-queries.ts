import type { AccountRow } from '#entities/identity/account.entity.js'
import type { UserRow } from '#entities/identity/user.entity.js'
import type { MemberRow } from '#entities/identity/member.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { EMPTY_PAGE, readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '../caller.js'
import { visibleAccount } from '../guard/guard.js'

/** The accounts that a user is a member of. */
export const accountsOfUser = (sql: Sql, userId: string): Promise<AccountRow[]> =>
  sql.rows(`select a.* from account a join member m on m.account_id = a.id where m.user_id = $1 order by a.id`, [
    userId,
  ])

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
  const sql = context.database
  const page = await readPage<MemberRow>(
    request,
    `members ${accountId}`,
    (row) => [row.userId],
    (limit, after) =>
      sql.rows(
        `select * from member where account_id = $1 and ($3::text is null or user_id > $3) order by user_id limit $2`,
        [accountId, limit, after?.[0] ?? null],
      ),
  )
  const counted = await sql.row<{ total: number }>(`select count(*) as total from member where account_id = $1`, [
    accountId,
  ])
  return { ...page, totalCount: counted?.total ?? 0 }
}

export const accountsByIds = (sql: Sql, ids: readonly string[]): Promise<AccountRow[]> =>
  sql.rows(`select * from account where id = any($1)`, [ids])
export const usersByIds = (sql: Sql, ids: readonly string[]): Promise<UserRow[]> =>
  sql.rows(`select * from app_user where id = any($1)`, [ids])
