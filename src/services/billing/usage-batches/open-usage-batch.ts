import type { OpenUsageBatchArgs } from '#schema/billing/usage-batch.type.js'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import { idempotencyOwner } from '#services/identity/model/caller.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import type { BillingContext } from '../model/billing-context.js'
import { findBatch, requireBatchAccess } from './batch-access.js'
import { publishBatch } from './publish-batch.js'

const MAX_NAME = 200

/** Opens a batch, to which lines are added. Nothing counts before it is closed. */
export async function openUsageBatch(
  context: BillingContext,
  input: OpenUsageBatchArgs,
): Promise<UsageBatchRow | Denied> {
  requireBatchAccess(context, 'ops:write')
  const name = input.name.trim()
  const reason = input.reason.trim()
  if (name.length < 1 || name.length > MAX_NAME || !isPostgresSafe(name))
    return denied(refused('INVALID_PARAMETERS', `name must be 1 to ${MAX_NAME} characters long.`, { field: 'name' }))
  const invalid = validateReason(reason)
  if (invalid) return denied(invalid)
  return runIdempotent<UsageBatchRow>(context.database, {
    scope: idempotencyScope(context.caller, '', 'openUsageBatch', input.idempotencyKey),
    request: { name, reason },
    replay: async (transaction, { id }) => (await findBatch(transaction, { owner: null }, id))!,
    execute: async (transaction) => {
      const batch = await insertBatch(context, transaction, { name, reason })
      return { value: batch, reference: { __typename: 'UsageBatch', id: batch.id } }
    },
  })
}

/** Writes and publishes an open batch of the caller. */
export async function insertBatch(
  { caller, clock }: BillingContext,
  transaction: Transaction,
  { name, reason }: Pick<UsageBatchRow, 'name' | 'reason'>,
): Promise<UsageBatchRow> {
  const batch = await transaction.query
    .insertInto('usage_batch')
    .values({
      id: transaction.newId('ubt'),
      name,
      reason,
      owner: idempotencyOwner(caller),
      openedBy: caller.principal,
      createdAt: clock.now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await publishBatch(transaction, batch, 'usage_batch.opened')
  return batch
}
