import { sql, type Compilable, type CompiledQuery, type RawBuilder } from 'kysely'
import type { Sql } from './sql.js'

/** A value that is given at each execution. */
class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** Stands for a value of a query that is compiled once. */
export const placeholder = <Value>(name: string): RawBuilder<Value> => sql<Value>`${new Placeholder(name)}`

/**
 * Compiles a query once for each shape: the compilation of a long query needs up to 0.5 ms of processor time. The values
 * of a query must be placeholders.
 */
export function createCompiledQueries<Row>(): (
  database: Sql,
  shape: string,
  build: () => Compilable<Row>,
  values: Readonly<Record<string, unknown>>,
) => Promise<Row[]> {
  const compiled = new Map<string, CompiledQuery<Row>>()
  return async (database, shape, build, values) => {
    let query = compiled.get(shape)
    if (!query) compiled.set(shape, (query = build().compile()))
    const parameters = query.parameters.map((value) => (value instanceof Placeholder ? values[value.name] : value))
    const { rows } = await database.query.executeQuery<Row>({ ...query, parameters })
    return rows
  }
}
