import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { requireOperator } from '#services/identity/guard/guard.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Database } from '#services/kernel/database/database.js'
import { allRules } from './all-rules.js'
import type { Invariant } from './invariant.js'
import { readOneSnapshot } from './invariants.sql.js'

/** Checks all invariants against one snapshot of the database, despite concurrent writes. */
export async function checkInvariants(
  database: Pick<Database, 'transaction'>,
  catalog: CatalogSnapshot,
): Promise<Invariant[]> {
  return database.transaction(async (transaction) => {
    await transaction.run(readOneSnapshot)
    return checkRules(transaction, catalog)
  })
}

/** Checks every rule in a transaction that the caller has opened. */
export async function checkRules(database: Sql, catalog: CatalogSnapshot): Promise<Invariant[]> {
  const found: Invariant[] = []
  for (const rule of allRules) {
    const outcome = await rule.check(database, catalog)
    found.push({ name: rule.name, description: rule.description, ok: outcome.counterexample === null, ...outcome })
  }
  return found
}

/** The same for operators. */
export async function invariants(context: CatalogContext): Promise<Invariant[]> {
  requireOperator(context, 'ops:read')
  return checkInvariants(context.database, context.catalog.current())
}
