import type { Sql } from '#services/kernel/database/sql.js'

/**
 * Records the member count of an account, for features granted per seat. Must be called in the transaction that adds or
 * removes a member, under the account lock unless the account is new.
 */
export async function recordMemberCount(sql: Sql, accountId: string, at: Date): Promise<void> {
  await sql.run(
    `insert into member_count (account_id, changed_at, members, peak)
     select $1, $2, count(*), count(*) from member where account_id = $1
     on conflict (account_id, changed_at) do update set members = excluded.members, peak = greatest(member_count.peak, excluded.members)`,
    [accountId, at],
  )
}
