import type { Sql } from '../../kernel/database/sql.js'

/**
 * Notes how many members an account has from now on, for what is granted per seat. Whoever adds or removes one calls it in the same
 * transaction, under the account's lock unless the account is new.
 */
export async function recordMemberCount(sql: Sql, accountId: string, at: Date): Promise<void> {
  await sql.run(
    `insert into member_count (account_id, changed_at, members, peak)
     select $1, $2, count(*), count(*) from member where account_id = $1
     on conflict (account_id, changed_at) do update set members = excluded.members, peak = greatest(member_count.peak, excluded.members)`,
    [accountId, at],
  )
}
