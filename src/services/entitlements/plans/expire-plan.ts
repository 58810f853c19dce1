import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { PlanAssignmentRow } from '#entities/entitlements/plan-assignment.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'

/** Expires a plan that was not prolonged: the account falls back to its default plan. */
export async function expirePlan(due: ScheduledJobRow, context: Context): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const found = await transaction.row<PlanAssignmentRow>(`select * from plan_assignment where id = $1`, [due.key])
    if (!found) return
    await lockAccount(transaction, found.accountId)
    const assignment = await transaction.row<PlanAssignmentRow>(
      `update plan_assignment set ended_at = expires_at where id = $1 and ended_at is null and expires_at <= $2 returning *`,
      [due.key, context.clock.now()],
    )
    if (!assignment) return
    await recordAccountEvent(transaction, assignment.accountId, assignment.expiresAt!, {
      type: 'plan.expired',
      summary: 'The plan expired because it was not renewed.',
      changesEntitlements: true,
      data: { planVersionId: assignment.planVersionId, lapsedAt: assignment.expiresAt },
    })
    await writeOutbox(transaction, {
      type: 'plan.expired',
      accountId: assignment.accountId,
      payload: { planVersionId: assignment.planVersionId },
      at: assignment.expiresAt!,
      requestId: context.requestId,
    })
  })
}
