import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { EntitlementsContext } from '#services/entitlements/entitlements-context.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '../model/billing-context.js'
import { applyLines } from './apply-lines.js'
import { findBatch } from './batch-access.js'
import { publishBatch } from './publish-batch.js'
import { revertLine } from './revert-lines.js'

type RunningContext = BillingContext & EntitlementsContext

/** The job ends after this time and is scheduled again, so that a process that stops waits for seconds only. */
const SLICE_MS = 5_000

/**
 * Job of a batch: applies or reverts its lines. It continues after a crash where it ended. A line that fails in each attempt receives a
 * denial, so that the batch ends.
 */
export async function runUsageBatch(due: ScheduledJobRow, context: RunningContext): Promise<void> {
  const { database, timers, clock } = context
  const begin = timers.monotonic()
  const batch = await findBatch(database, { owner: null }, due.key)
  if (batch?.state !== 'CLOSING' && batch?.state !== 'REVERTING') return
  const isClosing = batch.state === 'CLOSING'
  try {
    while ((isClosing ? await applyLines(context, batch.id, due) : await revertLine(context, batch, due)) > 0)
      if (timers.monotonic() - begin > SLICE_MS)
        return await scheduleJob(database, { kind: due.kind, key: due.key, accountId: null, runAt: clock.now() })
  } catch (error) {
    await database.query
      .updateTable('usage_batch')
      .set({ lastError: (error as Error).message })
      .where('id', '=', batch.id)
      .execute()
    throw error
  }
  await complete(context, batch)
}

async function complete({ database, clock, log }: BillingContext, { id, state }: UsageBatchRow): Promise<void> {
  const now = clock.now()
  const isClosing = state === 'CLOSING'
  await database.transaction(async (transaction) => {
    const completed = await transaction.query
      .updateTable('usage_batch')
      .set({
        lastError: null,
        ...(isClosing ? { state: 'CLOSED', closedAt: now } : { state: 'REVERTED', revertedAt: now }),
      })
      .where('id', '=', id)
      .where('state', '=', state)
      .returningAll()
      .executeTakeFirst()
    if (completed) await publishBatch(transaction, completed, isClosing ? 'usage_batch.closed' : 'usage_batch.reverted')
  })
  log.info({ batch: id }, isClosing ? 'usage batch closed' : 'usage batch reverted')
}
