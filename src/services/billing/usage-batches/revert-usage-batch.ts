import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import type { BillingContext } from '../model/billing-context.js'
import { lockBatch, requireBatchAccess } from './batch-access.js'
import { USAGE_BATCH_RUN } from './close-usage-batch.js'
import { publishBatch } from './publish-batch.js'

/**
 * Reverts a closed batch: a background job returns what its lines consumed. Lines of an open batch are discarded. A repeated call
 * changes nothing.
 */
export async function revertUsageBatch(
  context: BillingContext,
  { usageBatchId: id, ...input }: { readonly usageBatchId: string; readonly reason: string },
): Promise<UsageBatchRow | Denied> {
  const access = requireBatchAccess(context, 'ops:write')
  const reason = input.reason.trim()
  const invalid = validateReason(reason)
  if (invalid) return denied(invalid)
  const now = context.clock.now()
  return context.database.transaction(async (transaction) => {
    const batch = await lockBatch(transaction, access, id)
    if (batch.state === 'REVERTING' || batch.state === 'REVERTED') return batch
    if (batch.state === 'CLOSING')
      return denied(
        refused('INVALID_TRANSITION', 'This batch is CLOSING. It can be reverted when it is CLOSED.', {
          field: 'usageBatchId',
        }),
      )
    const isOpen = batch.state === 'OPEN'
    if (isOpen) await discardLines(transaction, id)
    const reverting = await transaction.query
      .updateTable('usage_batch')
      .set({
        state: isOpen ? 'REVERTED' : 'REVERTING',
        revertedBy: context.caller.principal,
        revertReason: reason,
        ...(isOpen ? { revertedAt: now } : {}),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (!isOpen) await scheduleJob(transaction, { kind: USAGE_BATCH_RUN, key: id, accountId: null, runAt: now })
    await publishBatch(transaction, reverting, isOpen ? 'usage_batch.reverted' : 'usage_batch.reverting')
    return reverting
  })
}

const discardLines = ({ query }: Transaction, batchId: string) =>
  query.updateTable('usage_batch_line').set({ state: 'DISCARDED' }).where('batchId', '=', batchId).execute()
