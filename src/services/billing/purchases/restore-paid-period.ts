import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'
import { TERMINAL_STATUSES } from '../../../entities/billing/subscription-state.js'
import type { Transaction } from '../../kernel/database/database.js'
import { assignPlan } from '../../entitlements/plans/assign-plan.js'
import type { BillingContext } from '../billing-context.js'
import type { Followed } from './fulfilment.js'

/**
 * Money that came back to us after its subscription had ended for it: what it pays for is given until the end of its period. A
 * subscription that still runs gives by itself.
 */
export async function restorePaidPeriod(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<Followed> {
  const now = context.clock.now()
  if (!purchase.expiresAt || purchase.expiresAt <= now) return 'unchanged'
  const ended = [purchase.provider, purchase.subscriptionId, TERMINAL_STATUSES]
  const product = await transaction.row(
    `select 1 from product_subscription where provider = $1 and external_id = $2 and status = any($3)`,
    ended,
  )
  if (product) return context.fulfilments.TEMPLATE.followPurchase(context, transaction, purchase)
  const subscription = await transaction.row<{ id: string; planVersionId: string; quantity: number }>(
    `select s.id, s.plan_version_id, s.quantity from billing_subscription s
     where s.provider = $1 and s.external_id = $2 and s.status = any($3)
       and not exists (select 1 from plan_assignment a where a.account_id = s.account_id and a.ended_at is null)`,
    ended,
  )
  const plan = context.catalog.current().planByVersionId.get(subscription?.planVersionId ?? '')
  if (!subscription || !plan) return 'unchanged'
  await assignPlan(
    transaction,
    {
      accountId: purchase.accountId,
      groupCode: plan.group,
      planVersionId: plan.versionId,
      sourceType: 'subscription',
      sourceId: subscription.id,
      quantity: subscription.quantity,
      since: now,
      periodEnd: purchase.expiresAt,
    },
    now,
  )
  return 'changed'
}
