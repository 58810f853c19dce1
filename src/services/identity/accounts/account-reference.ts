import type { AccountRow } from '#entities/identity/account.entity.js'
import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { RowOf, Statement } from '#services/kernel/database/statement.js'
import { splitReference } from '../model/reference.js'
import {
  findAccountsWithRole,
  findAccountWithRole,
  findVersionsWithRole,
  findVersionWithRole,
  type Searched,
} from './accounts.sql.js'

/** An account, and the role that a user has in it; null: none. */
export interface AccountWithRole extends AccountRow {
  readonly memberRole: MemberRole | null
}

/** An account ID, or a reference such as `person:<sub>`, and the user whose role in the account matters. */
export interface AccountQuery {
  readonly reference: string
  /** Null for a service. */
  readonly userId: string | null
}

/** Accounts in the order of their queries, in one statement; null for a missing account. */
export const findAccounts = (sql: Sql, queries: readonly AccountQuery[]): Promise<(AccountWithRole | null)[]> =>
  find(sql, queries, findAccountWithRole, findAccountsWithRole)

/** As `findAccounts`, with the version of the state alone. */
export const findVersions = (
  sql: Sql,
  queries: readonly AccountQuery[],
): Promise<(RowOf<typeof findVersionWithRole> | null)[]> =>
  find(sql, queries, findVersionWithRole, findVersionsWithRole)

async function find<Row>(
  sql: Sql,
  queries: readonly AccountQuery[],
  one: Statement<{ id: string; userId: string | null }, Row>,
  several: Statement<Searched, Row & { readonly n: number }>,
): Promise<(Row | null)[]> {
  const named = queries.map(({ reference }) => splitReference(reference))
  const [first] = queries
  if (queries.length === 1 && !named[0])
    return [(await sql.row(one, { id: first!.reference, userId: first!.userId })) ?? null]
  const rows = await sql.rows(several, {
    ids: queries.map(({ reference }, index) => (named[index] ? null : reference)),
    kinds: named.map((account) => account?.kind ?? null),
    externalIds: named.map((account) => account?.externalId ?? null),
    userIds: queries.map(({ userId }) => userId),
  })
  const found: (Row | null)[] = queries.map(() => null)
  for (const row of rows) found[row.n - 1] = row
  return found
}

/** An account by ID or reference. Null if it does not exist. */
export const findAccount = async (sql: Sql, reference: string): Promise<AccountRow | null> =>
  (await findAccounts(sql, [{ reference, userId: null }]))[0] ?? null
