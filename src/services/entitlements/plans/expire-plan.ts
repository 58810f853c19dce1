import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { COMPED } from './assign-plan.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'

/** Expires a plan that was not prolonged: the account falls back to its default plan. */
export async function expirePlan(due: ScheduledJobRow, context: Context): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const found = await transaction.query
      .selectFrom('plan_assignment')
      .select('accountId')
      .where('id', '=', due.key)
      .executeTakeFirst()
    if (!found) return
    await lockAccount(transaction, found.accountId)
    const assignment = await transaction.query
      .updateTable('plan_assignment')
      .set((column) => ({ endedAt: column.ref('expiresAt') }))
      .where('id', '=', due.key)
      .where('accountId', '=', found.accountId)
      .where('endedAt', 'is', null)
      .where('expiresAt', '<=', context.clock.now())
      .returningAll()
      .executeTakeFirst()
    if (!assignment) return
    const data = { planVersionId: assignment.planVersionId }
    await recordAccountEvent(transaction, assignment.accountId, assignment.expiresAt!, {
      type: 'plan.expired',
      summary:
        assignment.sourceType === COMPED
          ? 'The complimentary plan has ended.'
          : 'The plan expired because it was not renewed.',
      changesEntitlements: true,
      data,
    })
    await writeOutbox(transaction, {
      type: 'plan.expired',
      accountId: assignment.accountId,
      payload: data,
      at: assignment.expiresAt!,
      requestId: context.requestId,
    })
  })
}
