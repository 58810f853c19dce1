import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'

/** The due kind of the end of grace; its key is the subscription's id. */
export const GRACE_END = 'subscription.grace_end'

/**
 * Schedules the end of entitlements at `graceUntil`, unless the invoice is paid before. A job for the same time keeps its lease and its
 * attempts: it can be the one that reads the subscription now.
 */
export async function scheduleGraceEnd(
  transaction: Transaction,
  { id, accountId, graceUntil }: { id: string; accountId: string; graceUntil: Date | null },
): Promise<void> {
  if (!graceUntil) return cancelJob(transaction, GRACE_END, id)
  const known = await transaction.query
    .selectFrom('scheduled_job')
    .select('runAt')
    .where('kind', '=', GRACE_END)
    .where('key', '=', id)
    .executeTakeFirst()
  if (known?.runAt.getTime() !== graceUntil.getTime())
    await scheduleJob(transaction, { kind: GRACE_END, key: id, accountId, runAt: graceUntil })
}
