import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { newId } from '#services/kernel/ids/ids.js'

/** Kind of the scheduled job that expires an assignment; its key is the assignment ID. */
export const PLAN_EXPIRE = 'plan.expire'

/** A plan given to an account for a cause. Several calls for one cause keep one row up to date. */
export interface PlanGrant {
  readonly accountId: string
  readonly groupCode: string
  readonly planVersionId: string
  readonly sourceType: 'subscription' | 'purchase' | 'operator'
  readonly sourceId: string
  readonly quantity: number
  readonly since: Date
  /** End or renewal of the paid period. Null if neither. */
  readonly periodEnd: Date | null
}

/** Assigns or prolongs a plan. The caller holds the account lock and writes the event. */
export async function assignPlan(transaction: Transaction, grant: PlanGrant, at: Date): Promise<void> {
  const expiresAt = grant.periodEnd ? endOfDay(grant.periodEnd) : null
  const id = (await prolong(transaction, grant, expiresAt)) ?? (await restart(transaction, grant, expiresAt, at))
  if (expiresAt)
    await scheduleJob(transaction, { kind: PLAN_EXPIRE, key: id, accountId: grant.accountId, runAt: expiresAt })
  else await cancelJob(transaction, PLAN_EXPIRE, id)
}

/** The same terms for longer are the same assignment. */
async function prolong(transaction: Transaction, grant: PlanGrant, expiresAt: Date | null): Promise<string | null> {
  const row = await transaction.row<{ id: string }>(
    `update plan_assignment set period_end = $6, expires_at = $7
     where source_type = $1 and source_id = $2 and group_code = $3 and plan_version_id = $4 and quantity = $5 and ended_at is null returning id`,
    [
      grant.sourceType,
      grant.sourceId,
      grant.groupCode,
      grant.planVersionId,
      grant.quantity,
      grant.periodEnd,
      expiresAt,
    ],
  )
  return row?.id ?? null
}

/**
 * Other terms end what was, and begin now; a first assignment begins when its cause did. Billing periods are counted from there for
 * as long as the cause lasts, so that another interval or plan keeps the window.
 */
async function restart(transaction: Transaction, grant: PlanGrant, expiresAt: Date | null, at: Date): Promise<string> {
  await endPlan(transaction, grant, at)
  const earlier = await transaction.row<{ billingAnchor: Date }>(
    `select coalesce(billing_anchor, since) as billing_anchor from plan_assignment where source_type = $1 and source_id = $2 order by since limit 1`,
    [grant.sourceType, grant.sourceId],
  )
  const id = newId('asg')
  await transaction.run(
    `insert into plan_assignment (id, account_id, group_code, plan_version_id, source_type, source_id, quantity, since, billing_anchor, period_end, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      grant.accountId,
      grant.groupCode,
      grant.planVersionId,
      grant.sourceType,
      grant.sourceId,
      grant.quantity,
      earlier ? at : grant.since,
      earlier?.billingAnchor ?? grant.since,
      grant.periodEnd,
      expiresAt,
    ],
  )
  return id
}

/** Ends what a cause had given, at a moment of business time; what was to begin later never began. */
export async function endPlan(
  transaction: Transaction,
  source: { sourceType: PlanGrant['sourceType']; sourceId: string },
  at: Date,
): Promise<void> {
  const ended = await transaction.rows<{ id: string }>(
    `update plan_assignment set ended_at = greatest(since, $3) where source_type = $1 and source_id = $2 and ended_at is null returning id`,
    [source.sourceType, source.sourceId, at],
  )
  for (const { id } of ended) await cancelJob(transaction, PLAN_EXPIRE, id)
}

/** A plan expires at the end (UTC) of the day on which its period ends. That leaves the provider time to renew it. */
export function endOfDay(moment: Date): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate() + 1))
}
