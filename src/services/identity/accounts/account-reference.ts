import type { AccountKind, AccountRow } from '#entities/identity/account.entity.js'
import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { findAccountsWithRole, findAccountWithRole } from './accounts.sql.js'

const REFERENCE = /^(person|team|community):(.{1,200})$/

const KINDS: Record<string, AccountKind> = { person: 'PERSON', team: 'TEAM', community: 'COMMUNITY' }

/** An account, and the role that a user has in it; null: none. */
export interface AccountWithRole extends AccountRow {
  readonly memberRole: MemberRole | null
}

/**
 * Finds accounts by ID or reference (`person:<sub>`, `team:<id>`, `community:<id>`) in one statement, each with a
 * user's role in it. Missing accounts are absent.
 */
export async function findAccounts(
  sql: Sql,
  references: readonly string[],
  userId: string | null,
): Promise<Map<string, AccountWithRole>> {
  const [first] = references
  if (references.length === 1 && !splitReference(first!)) {
    const row = await sql.row(findAccountWithRole, { id: first!, userId })
    return new Map(row ? [[first!, row]] : [])
  }
  const named = references.map((reference) => ({ reference, parts: splitReference(reference) }))
  const byName = named.flatMap(({ parts }) => parts ?? [])
  const rows = await sql.rows(findAccountsWithRole, {
    ids: named.filter(({ parts }) => !parts).map(({ reference }) => reference),
    kinds: byName.map(({ kind }) => kind),
    externalIds: byName.map(({ externalId }) => externalId),
    userId,
  })
  const found = named.map(({ reference, parts }): [string, AccountWithRole | undefined] => [
    reference,
    rows.find((row) => (parts ? row.kind === parts.kind && row.externalId === parts.externalId : row.id === reference)),
  ])
  return new Map(found.filter((entry): entry is [string, AccountWithRole] => entry[1] !== undefined))
}

/** An account by ID or reference. Null if it does not exist. */
export const findAccount = async (sql: Sql, reference: string): Promise<AccountRow | null> =>
  (await findAccounts(sql, [reference], null)).get(reference) ?? null

/** Kind and external ID of a reference such as `person:<sub>`. Null for anything else, for example an ID. */
export function splitReference(reference: string): { kind: AccountKind; externalId: string } | null {
  const [, kind, externalId] = (reference.includes(':') && REFERENCE.exec(reference)) || []
  return kind && externalId ? { kind: KINDS[kind]!, externalId } : null
}
