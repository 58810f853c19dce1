import type { ExportAccountArgs } from '#schema/ops/account-job.type.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import {
  type AccountJobOutcome,
  permissionOf,
  startAccountJob,
  openAccountJob,
  insertAccountJob,
  EXPORT_JOB,
} from './account-jobs.js'

/** Begins to write down everything that an account holds; owners, admins, and operators for them. */
export async function exportAccount(context: IdentityContext, input: ExportAccountArgs): Promise<AccountJobOutcome> {
  const account = await requireAccount(context, input.accountId, permissionOf(context))
  return startAccountJob(context, account, 'exportAccount', input.idempotencyKey, async (transaction, at) => {
    const running = await openAccountJob(transaction, account.id, 'EXPORT')
    if (running) return running
    const task = await insertAccountJob(context, transaction, { accountId: account.id, kind: 'EXPORT', at, runAt: at })
    await scheduleJob(transaction, { kind: EXPORT_JOB, key: task.id, accountId: account.id, runAt: at })
    return task
  })
}
