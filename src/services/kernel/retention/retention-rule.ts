import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { Config } from '../config/config.js'
import type { Database } from '../database/database.js'
import type { Statement } from '../database/statement.js'
import type { OldEvents } from './retention.sql.js'
import type { QueryBuilder } from '../database/query-builder.js'

declare module '../context/declared.js' {
  interface Declared {
    /** All data with limited retention (machine clock). Financial data (purchases, invoices, the ledger and its keys) never expires. */
    readonly retention: readonly ConfiguredRule[]
  }
}

/**
 * A retention rule: the period, and a function that deletes older rows. Each call deletes a bounded number and returns
 * it.
 */
export interface RetentionRule {
  /** A stable name, for metrics. */
  readonly name: string
  /** Description for operators. */
  readonly what: string
  readonly days: number
  /** Maximum number of rows of a batch. Default: 5,000. */
  readonly batch?: number
  /** Deletes at most the given number of rows; a smaller result means that none is left. */
  readonly deleteOld: (database: Database, days: number, limit: number) => Promise<number>
}

/** A rule, or how the settings make it. */
export type ConfiguredRule = RetentionRule | ((config: Config) => RetentionRule)

/** Rules under the settings of a server. */
export const rulesUnder = (config: Config, rules: readonly ConfiguredRule[]): RetentionRule[] =>
  rules.map((rule) => (typeof rule === 'function' ? rule(config) : rule))

type TableWithId = { [Table in keyof Tables]: 'id' extends keyof Tables[Table] ? Table : never }[keyof Tables]

/** Machine time before which rows are deleted. */
export const cutoff = (days: number): RawBuilder<Date> => sql<Date>`now() - make_interval(days => ${days})`

/** Deletes the rows that `select` finds. */
export const deleting =
  (
    table: TableWithId,
    select: (query: QueryBuilder, cutoff: RawBuilder<Date>) => SelectQueryBuilder<Tables, never, { id: string }>,
  ) =>
  async ({ query }: Database, days: number, limit: number): Promise<number> => {
    const { numDeletedRows } = await query
      // One of the tables stands for all: their union is too large a type.
      .deleteFrom(table as 'mail_message')
      .where('id', 'in', select(query, cutoff(days)).limit(limit))
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }

/** Deletes old events of streams. Each batch reads the places of events that earlier ones deleted: it is large. */
export const deletingEvents = (
  deleteOld: Statement<OldEvents, { deleted: number }>,
): Pick<RetentionRule, 'batch' | 'deleteOld'> => ({
  batch: 20_000,
  deleteOld: async (database, days, limit) => (await database.row(deleteOld, { days, limit }))!.deleted,
})
