import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Invariant } from '#services/catalog/invariants/invariant-rule.js'
import { readOneSnapshot } from '#services/catalog/invariants/rule-statements.sql.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'

/** Checks the data of one account against one snapshot of the database. */
export const accountInvariants = (context: CatalogContext, accountId: string): Promise<Invariant[]> =>
  requireEntitlements(context, accountId, (id) =>
    context.database.transaction(async (transaction) => {
      await transaction.run(readOneSnapshot)
      return context.declared.invariants.checkAccount(transaction, context.catalog.current(), id)
    }),
  )
