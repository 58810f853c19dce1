import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import { hasScope, idempotencyOwner, type IdentityContext } from '#services/identity/model/caller.js'
import { mayOperate, requireOperator, requireSignedIn, type Permission } from '#services/identity/model/guard.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'

/** Batches and accounts that a caller may use. */
export interface BatchAccess {
  /** Owner whose batches are visible. Null: all batches. */
  readonly owner: string | null
  /** Permission that the caller needs on the account of a line. */
  readonly permission: Permission
}

/**
 * Operators and services for all accounts use all batches. The services of one account use the batches of their account. Other
 * callers are forbidden.
 */
export function requireBatchAccess(context: IdentityContext, scope: 'ops:read' | 'ops:write'): BatchAccess {
  requireSignedIn(context)
  const { caller } = context
  if (hasScope(caller, 'entitlements:write')) {
    const isBound = caller.kind === 'service' && caller.accountId !== null
    return { owner: isBound ? idempotencyOwner(caller) : null, permission: 'entitlements:use' }
  }
  if (!mayOperate(context, scope))
    throw new AppError('FORBIDDEN', 'Scope entitlements:write or an operator is required.')
  requireOperator(context, scope)
  return { owner: null, permission: 'account:read' }
}

/** A stored batch. Null if the caller cannot see it. */
export function visibleBatch(context: IdentityContext, batch: UsageBatchRow | null): UsageBatchRow | null {
  if (!batch || !(hasScope(context.caller, 'entitlements:write') || mayOperate(context, 'ops:read'))) return null
  const { owner } = requireBatchAccess(context, 'ops:read')
  return owner === null || batch.owner === owner ? batch : null
}

/** A batch that the caller may see. Null if it does not exist or is another owner's. */
export async function findBatch(
  { query }: Sql,
  { owner }: Pick<BatchAccess, 'owner'>,
  id: string,
): Promise<UsageBatchRow | null> {
  const batch = await query
    .selectFrom('usage_batch')
    .selectAll()
    .where('id', '=', id)
    .$if(owner !== null, (select) => select.where('owner', '=', owner!))
    .executeTakeFirst()
  return batch ?? null
}

/** The same batch, locked. Throws if the caller cannot see it. */
export async function lockBatch(
  { query }: Transaction,
  { owner }: Pick<BatchAccess, 'owner'>,
  id: string,
): Promise<UsageBatchRow> {
  const batch = await query
    .selectFrom('usage_batch')
    .selectAll()
    .where('id', '=', id)
    .$if(owner !== null, (select) => select.where('owner', '=', owner!))
    .forUpdate()
    .executeTakeFirst()
  if (!batch) throw batchNotFound()
  return batch
}

export const batchNotFound = (): AppError =>
  new AppError('NOT_FOUND', 'Usage batch not found.', { details: { field: 'usageBatchId' } })
