import type { Transaction } from '../../kernel/database/database.js'
import type { Sql } from '../../kernel/database/sql.js'

const SHELVES = `hashtextextended('categories', 7)`

/**
 * Keeps the ids of categories as they are until the transaction ends: whoever puts a template on a shelf asks first. A code that was looked
 * up a moment ago may else stand for an id that a sync is just giving away.
 */
export async function holdCategories(sql: Sql): Promise<void> {
  await sql.run(`select pg_advisory_xact_lock_shared(${SHELVES})`)
}

/** Only one gives categories other ids, and nobody puts a template anywhere meanwhile. */
export async function lockCategories(transaction: Transaction): Promise<void> {
  await transaction.run(`select pg_advisory_xact_lock(${SHELVES})`)
}
