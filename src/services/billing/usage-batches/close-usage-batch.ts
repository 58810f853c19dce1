import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '../model/billing-context.js'
import { lockBatch, requireBatchAccess } from './batch-access.js'
import { publishBatch } from './publish-batch.js'

/** Job that applies and reverts the lines of a batch; its key is the batch. */
export const USAGE_BATCH_RUN = 'usage_batch.run'

/** Closes a batch: a background job applies its lines. A repeated call changes nothing. */
export async function closeUsageBatch(context: BillingContext, id: string): Promise<UsageBatchRow | Denied> {
  const access = requireBatchAccess(context, 'ops:write')
  return context.database.transaction(async (transaction) => {
    const batch = await lockBatch(transaction, access, id)
    if (batch.state === 'CLOSING' || batch.state === 'CLOSED') return batch
    if (batch.state !== 'OPEN')
      return denied(refused('INVALID_TRANSITION', `This batch is ${batch.state}.`, { field: 'usageBatchId' }))
    const closing = await transaction.query
      .updateTable('usage_batch')
      .set({ state: 'CLOSING', closedBy: context.caller.principal })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await scheduleJob(transaction, { kind: USAGE_BATCH_RUN, key: id, accountId: null, runAt: context.clock.now() })
    await publishBatch(transaction, closing, 'usage_batch.closing')
    return closing
  })
}
