import type { Pool, PoolClient, QueryArrayConfig, QueryArrayResult } from 'pg'
import type { NewId } from '../ids/ids.js'
import { createQueryBuilder, type QueryBuilder } from './query-builder.js'
import { statementOver, type NoParameters, type Statement } from './statement.js'

type AnyStatement = Statement<never, unknown>

/** Values of a statement; nothing for a statement without parameters. */
type ValuesOf<Parameters extends object> = Parameters extends NoParameters ? [] : [Parameters]

/** Access to the database: a query builder for ordinary statements, and the statements of `*.sql.ts` files. Rows are plain objects with camelCase keys. */
export interface Sql {
  /** Query builder with the tables of the entities. */
  readonly query: QueryBuilder
  /** Makes the id of a new row. */
  readonly newId: NewId
  rows<Parameters extends object, Row>(
    statement: Statement<Parameters, Row>,
    ...values: ValuesOf<Parameters>
  ): Promise<Row[]>
  /** The first row, if there is one. */
  row<Parameters extends object, Row>(
    statement: Statement<Parameters, Row>,
    ...values: ValuesOf<Parameters>
  ): Promise<Row | undefined>
  /** Runs a statement and returns the number of affected rows. */
  run<Parameters extends object, Row>(
    statement: Statement<Parameters, Row>,
    ...values: ValuesOf<Parameters>
  ): Promise<number>
}

type Connection = Pick<Pool | PoolClient, 'query'>
/** Sends a statement, perhaps several times. */
type Send = (attempt: () => Promise<QueryArrayResult>) => Promise<QueryArrayResult>

/** The query builder makes a text for every combination of conditions and list lengths: beyond this number, statements are not prepared. */
const MAX_PREPARED = 2_000
const statementNames = new Map<string, string>()
const columnNames = new Map<string, string>()

let namesGiven = 0

/** Statements are prepared under one name per text. */
function nameOf(text: string): string | undefined {
  let name = statementNames.get(text)
  if (!name && statementNames.size < MAX_PREPARED) statementNames.set(text, (name = `s${namesGiven++}`))
  return name
}

/**
 * A newer release that migrates the database can add a column to a table all of whose columns a prepared statement returns. Sessions then refuse to
 * run the statement, so that it is prepared again under another name.
 */
const isOutdated = (error: unknown): boolean => {
  const { code, routine } = error as { code?: string; routine?: string }
  return code === '0A000' && routine === 'RevalidateCachedQuery'
}

/** Pure: name of a column as a key of a row. */
export function camelCase(column: string): string {
  let name = columnNames.get(column)
  if (!name)
    columnNames.set(column, (name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())))
  return name
}

/** Properties of the connections. */
export interface SqlOptions {
  /** True if a pooler in transaction mode lends sessions: statements are then not prepared. */
  readonly isPooled?: boolean
  /** Tables of the installed modules. Default: all tables. */
  readonly tables?: ReadonlySet<string>
}

export const createSql = (connection: Pool | PoolClient, newId: NewId, options: SqlOptions = {}): Sql =>
  sqlOver(connection, (attempt) => attempt(), newId, options)

/** Statements outside of a transaction: each is its own transaction, and is retried as one. */
export const createRepeatingSql = (pool: Pool, newId: NewId, options: SqlOptions = {}): Sql =>
  sqlOver(pool, repeated, newId, options)

function sqlOver(connection: Connection, send: Send, newId: NewId, { isPooled = false, tables }: SqlOptions): Sql {
  let builder: QueryBuilder | undefined
  const query = (given: AnyStatement, values: unknown): Promise<QueryArrayResult> => {
    const statement = tables ? statementOver(given, tables) : given
    const { text } = statement
    const config = { text, values: valuesOf(statement, values), rowMode: 'array' as const }
    return send(async () => {
      const name = isPooled ? undefined : nameOf(text)
      try {
        return await connection.query({ ...config, name } as QueryArrayConfig)
      } catch (error) {
        if (isOutdated(error) && statementNames.get(text) === name) statementNames.delete(text)
        throw error
      }
    })
  }
  const rows = async <Row>(statement: AnyStatement, values?: unknown): Promise<Row[]> =>
    rowsOf(await query(statement, values)) as Row[]
  return {
    get query() {
      return (builder ??= createQueryBuilder(async (text, values) => {
        const result = await query({ text, names: [] }, values)
        return { rows: rowsOf(result), rowCount: result.rowCount }
      }))
    },
    newId,
    rows,
    row: async <Row>(statement: AnyStatement, values?: unknown) => (await rows<Row>(statement, values))[0],
    run: async (statement: AnyStatement, values?: unknown) => (await query(statement, values)).rowCount ?? 0,
  }
}

/** Rows as objects. Names of columns are converted once for each result. */
function rowsOf({ fields, rows }: QueryArrayResult): Record<string, unknown>[] {
  const names = fields.map((field) => camelCase(field.name))
  return rows.map((cells: unknown[]) => {
    const row: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) row[names[index]!] = cells[index]
    return row
  })
}

function valuesOf({ names }: AnyStatement, values: unknown): unknown[] {
  if (Array.isArray(values)) return values
  const named = values as Record<string, unknown>
  return names.map((name) => named[name])
}

/** SQLSTATE serialization_failure and deadlock_detected: nothing was changed, and a retry can succeed. */
const REPEATABLE = new Set(['40001', '40P01'])
const ATTEMPTS = 3
/** More than the outdated statements of any transaction: each attempt finds one of them. */
const OUTDATED_ATTEMPTS = 50

/** Retries work that failed because another transaction changed the same rows, at most three times, or because statements were outdated. */
export async function repeated<Result>(work: () => Promise<Result>): Promise<Result> {
  let outdated = 0
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (isOutdated(error) && outdated++ < OUTDATED_ATTEMPTS) attempt--
      else if (attempt === ATTEMPTS || !REPEATABLE.has((error as { code?: string }).code ?? '')) throw error
    }
  }
}
