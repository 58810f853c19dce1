import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { CustomersContext } from '#services/identity/customers/upsert-account.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { noteRolledUntil } from '../snapshot/load-rollover.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { applyAccountChange, type CreditChangeScope } from './apply-account-change.js'

/**
 * Writes what has rolled over and is not written yet, in the caller's transaction, before a change that would alter it. The caller holds the
 * account's lock.
 */
export async function writeRollovers(transaction: Transaction, scope: CreditChangeScope): Promise<void> {
  if (!scope.catalog.hasRollover) return
  await writeEach(transaction, scope)
  await noteRolledUntil(transaction, scope.accountId, scope.at)
}

/** The port by which changes of identity write what has rolled over. */
export const rolloverPort =
  (catalog: { current(): CatalogSnapshot }): CustomersContext['writeRollovers'] =>
  (transaction, accountId, at) =>
    writeRollovers(transaction, { catalog: catalog.current(), accountId, at })

async function writeEach(transaction: Transaction, scope: CreditChangeScope): Promise<void> {
  const snapshot = await loadSnapshot(transaction, scope.catalog, scope.accountId, scope.at)
  const rollovers = snapshot?.rolled?.unwritten ?? []
  if (rollovers.length === 0) return
  await applyAccountChange(transaction, scope, () => ({
    type: 'credits.rolled_over',
    summary: 'Unused units have rolled over.',
    data: {
      features: [...new Set(rollovers.map(({ feature }) => feature))],
      operations: 0,
      holds: 0,
      grants: 0,
      rollovers: rollovers.length,
    },
    outbox: true,
  }))
}
