import type { Sql } from '#services/kernel/database/sql.js'
import { insertMemberCount } from './accounts.sql.js'

/**
 * Records the member count of an account, for features granted per seat. Must be called in the transaction that adds or
 * removes a member, under the account lock unless the account is new.
 */
export async function recordMemberCount(sql: Sql, accountId: string, at: Date): Promise<void> {
  await sql.run(insertMemberCount, { accountId, at })
}
