import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FinalResult, OperationResult } from '../engine/engine.js'
import type { OperationRequest } from '../engine/operation-batcher.js'
import type { SnapshotCache } from '../engine/snapshot-cache.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import type { Operation } from '../usage/usage-operation.js'
import { isPooled } from '../model/decide-route.js'

interface RouteParts {
  readonly catalog: { current(): CatalogSnapshot }
  readonly snapshots: SnapshotCache
  readonly add: (request: OperationRequest) => Promise<OperationResult>
}

/** Account whose pool was used, and the snapshot of the sub-account that used it. */
export interface UsedPool {
  readonly accountId: string
  readonly subAccount: AccountSnapshot
}

/** A further round requires another move of the account, and a move leads to at most two rounds. */
const ROUNDS = 20

/**
 * Runs an operation on the account that decides it. The cached snapshot of a sub-account names its parent, and the statement of
 * the parent verifies it: each move of a sub-account changes the versions of both. So a use is one decision and one
 * statement.
 */
export async function findRoute(
  { catalog, snapshots, add }: RouteParts,
  request: OperationRequest,
): Promise<{ readonly answer: FinalResult; readonly pool: UsedPool | null }> {
  const { accountId, operation } = request
  for (let round = 0; round < ROUNDS; round++) {
    const known = usesPool(catalog.current(), operation) ? snapshots.get(accountId) : undefined
    const { parentId = null } = known ?? {}
    if (parentId === null || !known) {
      const answer = await add(request)
      if (answer.kind !== 'rerouted') return { answer, pool: null }
      continue
    }
    const answer = await add({ accountId: parentId, operation: asSubAccount(accountId, operation) })
    if (answer.kind !== 'rerouted' && answer.kind !== 'no account')
      return { answer, pool: { accountId: parentId, subAccount: known } }
    snapshots.evict(accountId)
    // Read before the move, it does not contain the sub-account.
    snapshots.evict(parentId)
  }
  throw new AppError('UNAVAILABLE', 'The account changes its pool. Try again.')
}

const usesPool = (catalog: CatalogSnapshot, operation: Operation): boolean =>
  (operation.kind === 'consume' || operation.kind === 'reserve') && isPooled(catalog, operation.feature)

/** The keys of sub-accounts are separate: two of them can use the same. */
const asSubAccount = (subAccountId: string, operation: Operation): Operation =>
  operation.kind === 'consume' || operation.kind === 'reserve'
    ? { ...operation, subAccountId, key: { ...operation.key, key: `${subAccountId} ${operation.key.key}` } }
    : operation
