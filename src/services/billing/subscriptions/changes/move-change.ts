import type { SubscriptionChangeRow } from '../../../../entities/billing/subscription-change.entity.js'
import { mayMoveChange, type SubscriptionChangeStatus } from '../../../../entities/billing/subscription-change-state.js'
import type { Transaction } from '../../../kernel/database/database.js'
import { recordAccountEvent } from '../../../identity/accounts/raise-version.js'
import type { BillingContext } from '../../billing-context.js'

/** Moves worth telling; that a change is done, the subscription itself tells. */
const EVENTS: Partial<Record<SubscriptionChangeStatus, { type: string; summary: string }>> = {
  PLANNED: { type: 'subscription.change_planned', summary: 'A change of the subscription is planned.' },
  UNDONE: { type: 'subscription.change_undone', summary: 'The planned change was taken back.' },
  CONFIRMING: { type: 'subscription.change_confirming', summary: 'The bank asks to confirm the change.' },
  SUPERSEDED: { type: 'subscription.change_superseded', summary: 'Another change replaced this change.' },
  FAILED: { type: 'subscription.change_failed', summary: 'The change of the subscription failed.' },
}

/**
 * Moves a change and tells of it; the present state again, or a move that is not allowed, changes nothing. The caller holds the
 * account's lock.
 */
export async function moveChange(
  context: BillingContext,
  transaction: Transaction,
  { id, to, why, actionUrl }: { id: string; to: SubscriptionChangeStatus; why?: string; actionUrl?: string },
): Promise<boolean> {
  const change = await transaction.row<SubscriptionChangeRow>(`select * from subscription_change where id = $1`, [id])
  if (!change || !mayMoveChange(change.status, to)) return false
  // A planned change takes the place of the one planned before.
  if (to === 'PLANNED')
    await transaction.run(
      `update subscription_change set status = 'SUPERSEDED', why = 'another change took its place' where subscription_id = $1 and status = 'PLANNED'`,
      [change.subscriptionId],
    )
  await transaction.run(
    `update subscription_change set status = $2, why = coalesce($3, why), action_url = coalesce($4, action_url) where id = $1`,
    [id, to, why ?? null, actionUrl ?? null],
  )
  // That it will end, or goes on after all, the subscription itself tells.
  const isQuiet = change.kind === 'CANCEL' && to !== 'FAILED'
  const event = isQuiet ? undefined : EVENTS[to]
  if (event)
    await recordAccountEvent(transaction, change.accountId, context.clock.now(), {
      ...event,
      outbox: true,
      subject: { __typename: 'BillingSubscription', id: change.subscriptionId },
      data: {
        plan: context.catalog.current().planByVersionId.get(change.toPlanVersionId ?? '')?.code ?? null,
        quantity: change.toQuantity,
        effectiveAt: change.effectiveAt,
        actionUrl: actionUrl ?? null,
        why: why ?? null,
      },
    })
  return true
}
