import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { assignPlan, endPlan } from '#services/entitlements/plans/assign-plan.js'
import { remedy } from '#services/kernel/denials/denial.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { FulfillmentResult } from '../purchases/fulfillment.js'
import { includedIn } from './already-included.js'
import type { BillingContext } from './billing-context.js'
import { findCheckout, liveSubscriptionOfGroup } from './checkout-queries.js'
import { endIncluded } from './end-included.js'
import { ownPlans } from './own-plans.js'
import { subscriptionConflict, type SubscriptionConflict } from './subscription-conflict.js'
import { isRetained } from './decide-purchase.js'

/** A subscription of the same group is canceled before a plan is bought for its lifetime. Null if it is. */
export const lifetimeConflict = (
  subscription: Parameters<typeof subscriptionConflict>[0] & { readonly cancelAt: Date | null },
): SubscriptionConflict | null =>
  subscription.cancelAt
    ? null
    : subscriptionConflict(
        subscription,
        'The account subscribes to a plan of this group. Cancel the subscription first: it continues until the end of its period.',
        [remedy('CHANGE_PLAN', 'Cancel the subscription', { mutation: 'cancelSubscription' })],
      )

/**
 * Applies the state of a payment for a lifetime. The plan ends when all of its money is returned, and pauses while it is disputed. A payment
 * without a checkout is for use of a plan, or is returned: it sells none. A payment that no page would start any more is returned too.
 */
export async function applyLifetime(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<FulfillmentResult> {
  const { accountId, id } = purchase
  const catalog = context.catalog.current()
  const source = { accountId, sourceType: 'purchase', sourceId: id } as const
  const at = context.clock.now()
  const { isHeld, wasHeld } = await assignmentOf(transaction, source)
  if (!isRetained(purchase) || purchase.status === 'DISPUTED') {
    await endPlan(transaction, source, at)
    return isHeld ? 'changed' : 'unchanged'
  }
  if (isHeld) return 'unchanged'
  const checkout = purchase.checkoutId ? await findCheckout(transaction, purchase.checkoutId) : null
  const plan = catalog.planByVersionId.get(checkout?.planVersionId ?? '')
  if (!plan) return 'unchanged'
  const { lifetimePlans } = await ownPlans(catalog, transaction, accountId)
  const subscription = await liveSubscriptionOfGroup(transaction, accountId, plan.group)
  const isRefused = includedIn(lifetimePlans, plan) ?? (subscription && lifetimeConflict(subscription))
  if (isRefused && !wasHeld) return 'duplicate'
  await assignPlan(
    transaction,
    catalog,
    {
      ...source,
      groupCode: plan.group,
      planVersionId: plan.versionId,
      quantity: purchase.quantity,
      since: purchase.purchasedAt,
      periodEnd: null,
    },
    at,
  )
  await endIncluded(context, transaction, accountId)
  return 'changed'
}

/** State of a plan that a payment can give: given now, or given before. */
async function assignmentOf(
  { query }: Sql,
  {
    accountId,
    sourceType,
    sourceId,
  }: { readonly accountId: string; readonly sourceType: string; readonly sourceId: string },
): Promise<{ readonly isHeld: boolean; readonly wasHeld: boolean }> {
  const assignments = await query
    .selectFrom('plan_assignment')
    .select('endedAt')
    .where('accountId', '=', accountId)
    .where('sourceType', '=', sourceType)
    .where('sourceId', '=', sourceId)
    .execute()
  return { isHeld: assignments.some(({ endedAt }) => endedAt === null), wasHeld: assignments.length > 0 }
}
