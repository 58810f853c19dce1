import type { AccountKind, AccountRow } from '../../../entities/identity/account.entity.js'
import type { Sql } from '../../kernel/database/sql.js'

const KINDS: Record<string, AccountKind> = { person: 'PERSON', team: 'TEAM', community: 'COMMUNITY' }

/** Finds an account by id or by reference: `person:<sub>`, `team:<id>`, `community:<id>`. */
export async function findAccount(sql: Sql, reference: string): Promise<AccountRow | null> {
  const [, kind, externalId] = /^(person|team|community):(.{1,200})$/.exec(reference) ?? []
  const row = kind
    ? await sql.row<AccountRow>(`select * from account where kind = $1 and external_id = $2`, [KINDS[kind], externalId])
    : await sql.row<AccountRow>(`select * from account where id = $1`, [reference])
  return row ?? null
}
