import type { Pool, PoolClient, QueryArrayResult } from 'pg'

/** Plain typed SQL for hot paths. Rows are plain objects with camelCase keys, never hydrated entities. */
export interface Sql {
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** The first row, if there is one. */
  row<Row>(text: string, values?: readonly unknown[]): Promise<Row | undefined>
  /** Runs a statement and returns the number of affected rows. */
  run(text: string, values?: readonly unknown[]): Promise<number>
}

const statementNames = new Map<string, string>()
const columnNames = new Map<string, string>()

/** Statements are prepared under a name per text; texts are constants in the code, so their number is bounded. */
function nameOf(text: string): string {
  let name = statementNames.get(text)
  if (!name) statementNames.set(text, (name = `s${statementNames.size}`))
  return name
}

function camelCase(column: string): string {
  let name = columnNames.get(column)
  if (!name)
    columnNames.set(column, (name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())))
  return name
}

export function createSql(connection: Pool | PoolClient): Sql {
  const query = (text: string, values: readonly unknown[] = []): Promise<QueryArrayResult> =>
    connection.query({ name: nameOf(text), text, values: values as unknown[], rowMode: 'array' })
  const rows = async <Row>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
    const result = await query(text, values)
    const names = result.fields.map((field) => camelCase(field.name))
    return result.rows.map((cells: unknown[]) => {
      const row: Record<string, unknown> = {}
      for (let index = 0; index < names.length; index++) row[names[index]!] = cells[index]
      return row as Row
    })
  }
  return {
    rows,
    row: async <Row>(text: string, values?: readonly unknown[]) => (await rows<Row>(text, values))[0],
    run: async (text, values) => (await query(text, values)).rowCount ?? 0,
  }
}

/** SQLSTATE serialization_failure and deadlock_detected: nothing was changed, and a retry can succeed. */
const REPEATABLE = new Set(['40001', '40P01'])
const ATTEMPTS = 3

/** Retries work that failed because another transaction changed the same rows, at most three times. */
export async function repeated<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ATTEMPTS || !REPEATABLE.has((error as { code?: string }).code ?? '')) throw error
    }
  }
}

/** Statements outside of a transaction: each is its own transaction, and is retried as one. */
export const repeating = (sql: Sql): Sql => ({
  rows: (text, values) => repeated(() => sql.rows(text, values)),
  row: (text, values) => repeated(() => sql.row(text, values)),
  run: (text, values) => repeated(() => sql.run(text, values)),
})
