import type { Sql } from '#services/kernel/database/sql.js'
import { positionalStatement } from '#services/kernel/database/statement.js'

// Statements without types: the server has typed ones in `*.sql.ts` files, or uses the query builder.

/** Rows of a statement, with keys in camel case. */
export const query = <Row>(database: Sql, text: string, values: readonly unknown[] = []): Promise<Row[]> =>
  database.rows(positionalStatement<Row>(text), values)

/** First row of a statement, if there is one. */
export const queryRow = <Row>(database: Sql, text: string, values: readonly unknown[] = []): Promise<Row | undefined> =>
  database.row(positionalStatement<Row>(text), values)

/** Runs a statement and returns the number of affected rows. */
export const execute = (database: Sql, text: string, values: readonly unknown[] = []): Promise<number> =>
  database.run(positionalStatement(text), values)
