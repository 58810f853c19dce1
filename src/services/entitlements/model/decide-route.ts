import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from './account-snapshot.js'
import type { Operation, Rerouted } from '../usage/usage-operation.js'

/** True if sub-accounts take units of the feature from their parent. */
export const isPooled = ({ pools }: CatalogSnapshot, feature: string): boolean =>
  pools.length > 0 && pools.includes(feature)

/**
 * Pure: the account on which a use is decided, if it is not that of the snapshot. A sub-account uses the pools of its
 * parent; an account that has left a pool uses its own units again.
 */
export function decideRoute(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  operation: Operation,
): Rerouted | null {
  if (operation.kind !== 'consume' && operation.kind !== 'reserve') return null
  if (operation.subAccountId)
    return snapshot.subAccounts.has(operation.subAccountId) ? null : { kind: 'rerouted', parentId: null }
  const { parentId } = snapshot
  return parentId !== null && isPooled(catalog, operation.feature) ? { kind: 'rerouted', parentId } : null
}
