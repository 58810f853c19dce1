import type { UpdateObject } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { Transaction } from '#services/kernel/database/database.js'

declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Erasure policy of all tables with an account, in an order in which rows can be deleted. */
    readonly erasure: readonly ErasureRule[]
  }
}

/** Tables whose rows belong to an account. */
export type AccountTable = {
  [Table in keyof Tables]: 'accountId' extends keyof Tables[Table] ? Table : never
}[keyof Tables]

/**
 * Erasure policy: per table, delete, keep or anonymize the rows of a deleted account. Financial records must be kept by
 * law, without personal data. A test requires an entry for every table.
 */
export interface ErasureRule {
  readonly table: AccountTable
  readonly on: 'delete' | 'keep' | 'anonymize'
  /** Anonymizes the rows of an account. */
  readonly anonymize?: (transaction: Pick<Transaction, 'announce' | 'query'>, accountId: string) => Promise<unknown>
  /** True if it is part of an export: what only steers our own work is not. */
  readonly exported: boolean
}

export const deleteRows = (table: AccountTable, exported = true): ErasureRule => ({ table, on: 'delete', exported })
export const keepRows = (table: AccountTable, exported = true): ErasureRule => ({ table, on: 'keep', exported })
export const anonymizeRows = <Table extends AccountTable>(
  table: Table,
  set: UpdateObject<Tables, Table, Table>,
  exported = true,
): ErasureRule => ({
  table,
  on: 'anonymize',
  anonymize: ({ query }, accountId) =>
    query.updateTable<AccountTable>(table).set(set).where('accountId', '=', accountId).execute(),
  exported,
})
