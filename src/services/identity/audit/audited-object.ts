import type { Sql } from '#services/kernel/database/sql.js'

/** Arguments of a mutation as one object, and its account. */
export interface Named {
  readonly given: Readonly<Record<string, unknown>>
  readonly accountId: string | null
}

/**
 * Reads a stored object for the audit log: only readable fields, never a secret, a hash or a full address. Undefined if there is none, or
 * if the arguments do not name it.
 */
export type ReadObject = (database: Sql, named: Named) => Promise<object | undefined>

/**
 * Reads the object before and after a mutation. `ledger`: the ledger permanently records actor, feature and time of a frequent use, and the
 * audit log has no entry.
 */
export type Audited = ReadObject | 'ledger'

const isId = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The object is named by an argument. */
export const byArgument =
  (argument: string, read: (database: Sql, id: string) => Promise<object | undefined>): ReadObject =>
  async (database, { given }) => {
    const id = given[argument]
    return isId(id) ? read(database, id) : undefined
  }

export const byId = (read: (database: Sql, id: string) => Promise<object | undefined>): ReadObject =>
  byArgument('id', read)

/** The object is named by the account. */
export const byAccount =
  (read: (database: Sql, accountId: string) => Promise<object | undefined>): ReadObject =>
  async (database, { accountId }) =>
    isId(accountId) ? read(database, accountId) : undefined

/** The object is named by the account and an argument. */
export const byAccountAnd =
  (
    argument: string,
    read: (database: Sql, accountId: string, value: string) => Promise<object | undefined>,
  ): ReadObject =>
  async (database, { accountId, given }) => {
    const value = given[argument]
    return isId(accountId) && isId(value) ? read(database, accountId, value) : undefined
  }

/** Current state of a mutation's object. Null if there is none. */
export const auditedObjectOf = async (database: Sql, read: ReadObject, named: Named): Promise<object | null> =>
  (await read(database, named)) ?? null
