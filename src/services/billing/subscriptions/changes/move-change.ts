import type { SubscriptionChangeRow } from '../../../../entities/billing/subscription-change.entity.js'
import { mayMoveChange, type SubscriptionChangeStatus } from '../../../../entities/billing/subscription-change-state.js'
import type { Sql } from '../../../kernel/database/sql.js'

/** Moves a change; the present state again, or a move that is not allowed, changes nothing. The caller holds the account's lock. */
export async function moveChange(
  transaction: Sql,
  id: string,
  to: SubscriptionChangeStatus,
  why?: string,
): Promise<boolean> {
  const change = await transaction.row<SubscriptionChangeRow>(`select * from subscription_change where id = $1`, [id])
  if (!change || !mayMoveChange(change.status, to)) return false
  // A planned change takes the place of the one planned before.
  if (to === 'PLANNED')
    await transaction.run(
      `update subscription_change set status = 'SUPERSEDED', why = 'another change took its place' where subscription_id = $1 and status = 'PLANNED'`,
      [change.subscriptionId],
    )
  await transaction.run(`update subscription_change set status = $2, why = coalesce($3, why) where id = $1`, [
    id,
    to,
    why ?? null,
  ])
  return true
}
