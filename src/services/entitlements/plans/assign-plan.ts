import type { Transaction } from '../../kernel/database/database.js'
import { cancelDue, scheduleDue } from '../../kernel/due/schedule-due.js'
import { newId } from '../../kernel/ids/ids.js'

/** The due kind of an assignment's lapse; its key is the assignment's id. */
export const PLAN_LAPSE = 'plan.lapse'

/** A plan given to an account for a cause. Several calls for one cause keep one row up to date. */
export interface PlanGrant {
  readonly accountId: string
  readonly groupCode: string
  readonly planVersionId: string
  readonly sourceType: 'subscription'
  readonly sourceId: string
  readonly quantity: number
  readonly since: Date
  /** When the paid period ends or renews; null: it does neither. */
  readonly periodEnd: Date | null
}

/** Gives or prolongs a plan. The caller holds the account's lock and writes the event that tells of it. */
export async function assignPlan(transaction: Transaction, grant: PlanGrant): Promise<void> {
  const lapsesAt = grant.periodEnd ? endOfDay(grant.periodEnd) : null
  const row = await transaction.row<{ id: string }>(
    `insert into plan_assignment (id, account_id, group_code, plan_version_id, source_type, source_id, quantity, since, period_end, lapses_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict on constraint plan_assignment_source do update set plan_version_id = excluded.plan_version_id, quantity = excluded.quantity,
       period_end = excluded.period_end, lapses_at = excluded.lapses_at, ended_at = null
     returning id`,
    [
      newId('asg'),
      grant.accountId,
      grant.groupCode,
      grant.planVersionId,
      grant.sourceType,
      grant.sourceId,
      grant.quantity,
      grant.since,
      grant.periodEnd,
      lapsesAt,
    ],
  )
  if (lapsesAt)
    await scheduleDue(transaction, { kind: PLAN_LAPSE, key: row!.id, accountId: grant.accountId, dueAt: lapsesAt })
  else await cancelDue(transaction, PLAN_LAPSE, row!.id)
}

/** Ends what a cause had given, at a moment of business time. */
export async function endPlan(
  transaction: Transaction,
  source: { sourceType: 'subscription'; sourceId: string },
  at: Date,
): Promise<void> {
  const ended = await transaction.rows<{ id: string }>(
    `update plan_assignment set ended_at = $3 where source_type = $1 and source_id = $2 and ended_at is null returning id`,
    [source.sourceType, source.sourceId, at],
  )
  for (const { id } of ended) await cancelDue(transaction, PLAN_LAPSE, id)
}

/** A plan lapses at the end, UTC, of the day on which its period ends; that leaves the provider time to renew it. */
export function endOfDay(moment: Date): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate() + 1))
}
