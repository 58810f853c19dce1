import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { assignPlan, endPlan } from '#services/entitlements/plans/assign-plan.js'
import { remedy } from '#services/kernel/denials/denial.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { FulfillmentResult } from '../purchases/fulfillment.js'
import type { BillingContext } from './billing-context.js'
import { findCheckout } from './checkout-queries.js'
import { subscriptionConflict, type SubscriptionConflict } from './subscription-conflict.js'
import { isRetained } from './decide-purchase.js'

/** Plans that an account has bought once, without an end. */
export async function lifetimePlans({ catalog }: BillingContext, sql: Sql, accountId: string): Promise<CatalogPlan[]> {
  const { planByVersionId } = catalog.current()
  return (await runningLifetimes(sql, accountId)).flatMap(
    ({ planVersionId }) => planByVersionId.get(planVersionId) ?? [],
  )
}

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

const runningLifetimes = (sql: Sql, accountId: string) =>
  sql.query
    .selectFrom('plan_assignment')
    .select(['sourceId', 'planVersionId'])
    .where('accountId', '=', accountId)
    .where('sourceType', '=', 'purchase')
    .where('expiresAt', 'is', null)
    .where('endedAt', 'is', null)
    .execute()

/**
 * Applies the state of a payment for a lifetime. The plan ends when all of its money is returned, and pauses while it is disputed. A payment
 * without a checkout is for use of a plan, or is returned: it sells none.
 */
export async function applyLifetime(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<FulfillmentResult> {
  const { accountId, id } = purchase
  const { planByVersionId } = context.catalog.current()
  const source = { accountId, sourceType: 'purchase', sourceId: id } as const
  const at = context.clock.now()
  const running = await runningLifetimes(transaction, accountId)
  const isHeld = running.some(({ sourceId }) => sourceId === id)
  if (!isRetained(purchase) || purchase.status === 'DISPUTED') {
    await endPlan(transaction, source, at)
    return isHeld ? 'changed' : 'unchanged'
  }
  if (isHeld) return 'unchanged'
  const checkout = purchase.checkoutId ? await findCheckout(transaction, purchase.checkoutId) : null
  const plan = planByVersionId.get(checkout?.planVersionId ?? '')
  if (!plan) return 'unchanged'
  if (running.some(({ planVersionId }) => planByVersionId.get(planVersionId)?.id === plan.id)) return 'duplicate'
  await assignPlan(
    transaction,
    context.catalog.current(),
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
  return 'changed'
}
