import type { Sql, TransactionalSql } from './sql.js'

/** Runs statements as one transaction: a new one, unless `sql` is one already. */
export const inTransaction = <Result>(
  sql: Sql | TransactionalSql,
  work: (transaction: Sql) => Promise<Result>,
): Promise<Result> => ('transaction' in sql ? sql.transaction(work) : work(sql))
