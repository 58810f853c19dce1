import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { allRules } from './rules/all-rules.js'
import type { Invariant } from './rules/invariant.js'
import { readOneSnapshot } from './rules/invariants.sql.js'

/** Rules that concern single accounts. */
export const accountRules = allRules.flatMap(({ name, description, checkAccount }) =>
  checkAccount ? [{ name, description, checkAccount }] : [],
)

/** Checks the rules for one account, in a transaction that the caller has opened. */
export async function checkAccountRules(
  database: Sql,
  catalog: CatalogSnapshot,
  accountId: string,
): Promise<Invariant[]> {
  const found: Invariant[] = []
  for (const { name, description, checkAccount } of accountRules) {
    const outcome = await checkAccount(database, catalog, accountId)
    found.push({ name, description, ok: outcome.counterexample === null, ...outcome })
  }
  return found
}

/** Checks the data of one account against one snapshot of the database. */
export const accountInvariants = (context: CatalogContext & IdentityContext, accountId: string): Promise<Invariant[]> =>
  requireEntitlements(context, accountId, (id) =>
    context.database.transaction(async (transaction) => {
      await transaction.run(readOneSnapshot)
      return checkAccountRules(transaction, context.catalog.current(), id)
    }),
  )
