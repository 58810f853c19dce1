import type { CancelAccountDeletionArgs } from '#schema/ops/account-job.type.js'
import { refused } from '#services/kernel/denials/denial.js'
import { cancelJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import {
  type AccountJobOutcome,
  permissionOf,
  openAccountJob,
  startAccountJob,
  DELETION_JOB,
  auditAccountJob,
  writeDeletionTime,
} from './account-jobs.js'

/** Takes a planned deletion back. */
export async function cancelAccountDeletion(
  context: IdentityContext,
  input: CancelAccountDeletionArgs,
): Promise<AccountJobOutcome> {
  const account = await requireAccount(context, input.accountId, permissionOf(context))
  return startAccountJob(context, account, 'cancelAccountDeletion', input.idempotencyKey, async (transaction, at) => {
    const planned = await openAccountJob(transaction, account.id, 'DELETION')
    if (planned?.state !== 'SCHEDULED')
      return refused('INVALID_TRANSITION', 'No deletion of this account is scheduled.')
    const task = await transaction.query
      .updateTable('account_job')
      .set({ state: 'CANCELED', finishedAt: at })
      .where('id', '=', planned.id)
      .where('accountId', '=', planned.accountId)
      .returningAll()
      .executeTakeFirstOrThrow()
    await cancelJob(transaction, DELETION_JOB, planned.id)
    await writeDeletionTime(transaction, account.id, null)
    await recordAccountEvent(transaction, account.id, at, {
      type: 'account.deletion_canceled',
      outbox: true,
      summary: 'The account deletion was canceled.',
      data: { taskId: planned.id, by: context.caller.principal },
    })
    await auditAccountJob(context, transaction, task, 'account.deletion_canceled')
    return task
  })
}
