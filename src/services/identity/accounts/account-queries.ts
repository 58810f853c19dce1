import type { AccountRow } from '../../../entities/identity/account.entity.js'
import type { MemberRow } from '../../../entities/identity/member.entity.js'
import type { Sql } from '../../kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '../../kernel/paging/page.js'

/** The accounts that a user is a member of. */
export const accountsOfUser = (sql: Sql, userId: string): Promise<AccountRow[]> =>
  sql.rows(`select a.* from account a join member m on m.account_id = a.id where m.user_id = $1 order by a.id`, [
    userId,
  ])

/** An account's members, in the order in which they joined the house. */
export async function listMembers(
  sql: Sql,
  accountId: string,
  request: PageRequest,
): Promise<Page<MemberRow> & { totalCount: number }> {
  const page = await readPage<MemberRow>(
    request,
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
