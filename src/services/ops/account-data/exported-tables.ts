import type { SelectQueryBuilder } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { QueryBuilder } from '#services/kernel/database/query-builder.js'

/** Finds the IDs of rows of an account. */
type FindIds = (query: QueryBuilder, accountId: string) => SelectQueryBuilder<Tables, never, { id: string }>

/** Rows that belong to an account through another of its rows, for the export. */
export interface IndirectTable {
  readonly table: keyof Tables
  /** Column that refers to the other row. */
  readonly column: string
  readonly findIds: FindIds
}

export const INDIRECT_TABLES: readonly IndirectTable[] = [
  {
    table: 'app_user',
    column: 'id',
    findIds: (query, accountId) => query.selectFrom('member').select('userId as id').where('accountId', '=', accountId),
  },
]

/** Columns that are hashed or sealed. Exports exclude them. */
export const SECRET_COLUMN = /sealed|secret|token/
