import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { assignPlan, endPlan } from '#services/entitlements/plans/assign-plan.js'
import type { BillingContext } from '../billing-context.js'
import { paidTerms } from '../refunds/decide-remaining.js'
import { payments, runningPurchases } from '../refunds/period-payments.js'
import type { FulfillmentResult } from './fulfillment.js'

/**
 * Handles money that returns after its subscription has ended: assigns the plan until the end of the paid period. The
 * source of that plan is the period's first payment, not the subscription. An active subscription assigns its plan by
 * itself.
 */
export async function restorePaidPeriod(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<FulfillmentResult> {
  const now = context.clock.now()
  if (!purchase.expiresAt || purchase.expiresAt <= now) return 'unchanged'
  const product = await transaction.row(
    `select 1 from product_subscription where provider = $1 and external_id = $2 and status = any($3)`,
    [purchase.provider, purchase.subscriptionId, TERMINAL_STATUSES],
  )
  if (product) return context.fulfillments.TEMPLATE.applyPurchase(context, transaction, purchase)
  const found = await paidPlan(context, transaction, purchase)
  if (!found) return 'unchanged'
  const other = await transaction.row(
    `select 1 from plan_assignment where account_id = $1 and ended_at is null and (source_type, source_id) <> ('purchase', $2)`,
    [purchase.accountId, found.sourceId],
  )
  if (other) return 'unchanged'
  await assignPlan(
    transaction,
    {
      accountId: purchase.accountId,
      groupCode: found.plan.group,
      planVersionId: found.plan.versionId,
      sourceType: 'purchase',
      sourceId: found.sourceId,
      quantity: found.quantity,
      since: now,
      periodEnd: purchase.expiresAt,
    },
    now,
  )
  return 'changed'
}

/** Ends a restored period when its money is returned again. */
export async function endRestoredPeriod(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<FulfillmentResult> {
  const at = context.clock.now()
  const restored = await transaction.row<{ sourceId: string }>(
    `select a.source_id from plan_assignment a join purchase p on p.id = a.source_id
     where a.source_type = 'purchase' and a.ended_at is null and p.provider = $1 and p.subscription_id = $2`,
    [purchase.provider, purchase.subscriptionId],
  )
  if (!restored) return 'unchanged'
  const isHeldBack = purchase.status === 'DISPUTED'
  const found = isHeldBack ? null : await paidPlan(context, transaction, purchase)
  if (found) return restorePaidPeriod(context, transaction, purchase)
  await endPlan(transaction, { sourceType: 'purchase', sourceId: restored.sourceId }, at)
  return 'changed'
}

/** The plan that the standing payments of an ended subscription's period pay for. */
async function paidPlan(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<{ plan: CatalogPlan; quantity: number; sourceId: string } | null> {
  const catalog = context.catalog.current()
  const subscription = await transaction.row<BillingSubscriptionRow>(
    `select * from billing_subscription where provider = $1 and external_id = $2 and status = any($3)`,
    [purchase.provider, purchase.subscriptionId, TERMINAL_STATUSES],
  )
  const held = catalog.planByVersionId.get(subscription?.planVersionId ?? '')
  if (!held) return null
  const chain = payments(catalog, await runningPurchases(transaction, purchase, context.clock.now()), purchase)
  const terms = paidTerms(chain)
  if (!terms || chain.length === 0) return null
  const productId = catalog.priceById.get(terms.priceId ?? '')?.productId
  const plan =
    productId && held.productId !== productId ? catalog.plans.find((one) => one.productId === productId) : held
  return plan ? { plan, quantity: terms.quantity, sourceId: chain[0]!.id } : null
}
