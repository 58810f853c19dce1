import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'

const SHELVES = `hashtextextended('categories', 7)`

/**
 * Keeps the IDs of categories unchanged until the transaction ends. Must be called before a template is assigned to a
 * category; otherwise a concurrent sync could reassign the ID of a code that was just read.
 */
export async function holdCategories(sql: Sql): Promise<void> {
  await sql.run(`select pg_advisory_xact_lock_shared(${SHELVES})`)
}

/** Only one process changes the IDs of categories, and no template is assigned to a category in the meantime. */
export async function lockCategories(transaction: Transaction): Promise<void> {
  await transaction.run(`select pg_advisory_xact_lock(${SHELVES})`)
}
