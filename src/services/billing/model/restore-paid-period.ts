import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { assignPlan, COMPED, endPlan } from '#services/entitlements/plans/assign-plan.js'
import { runningPayments } from './unpaid-steps.js'
import type { BillingContext } from './billing-context.js'
import { paidTerms } from './decide-remaining.js'
import { payments, runningPurchases } from './period-payments.js'
import type { FulfillmentResult } from '../purchases/fulfillment.js'

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
  const product = await transaction.query
    .selectFrom('product_subscription')
    .select('id')
    .where('provider', '=', purchase.provider)
    .where('externalId', '=', purchase.subscriptionId)
    .where('accountId', '=', purchase.accountId)
    .where('status', 'in', TERMINAL_STATUSES)
    .executeTakeFirst()
  if (product) return context.fulfillments.TEMPLATE.applyPurchase(context, transaction, purchase)
  const found = await paidPlan(context, transaction, purchase)
  if (!found) return 'unchanged'
  const other = await transaction.query
    .selectFrom('plan_assignment')
    .select('id')
    .where('accountId', '=', purchase.accountId)
    .where('endedAt', 'is', null)
    .where('sourceType', '<>', COMPED)
    .where((eb) => eb.or([eb('sourceType', '<>', 'purchase'), eb('sourceId', '<>', found.sourceId)]))
    .executeTakeFirst()
  if (other) return 'unchanged'
  await assignPlan(
    transaction,
    context.catalog.current(),
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
  const restored = await transaction.query
    .selectFrom('plan_assignment as a')
    .innerJoin('purchase as p', (join) =>
      join.onRef('p.id', '=', 'a.sourceId').onRef('p.accountId', '=', 'a.accountId'),
    )
    .select('a.sourceId')
    .where('a.accountId', '=', purchase.accountId)
    .where('a.sourceType', '=', 'purchase')
    .where('a.endedAt', 'is', null)
    .where('p.provider', '=', purchase.provider)
    .where('p.subscriptionId', '=', purchase.subscriptionId)
    .executeTakeFirst()
  if (!restored) return 'unchanged'
  const isHeldBack = purchase.status === 'DISPUTED'
  const found = isHeldBack ? null : await paidPlan(context, transaction, purchase)
  if (found) return restorePaidPeriod(context, transaction, purchase)
  const { accountId } = purchase
  await endPlan(transaction, { accountId, sourceType: 'purchase', sourceId: restored.sourceId }, at)
  return 'changed'
}

/** The plan that the standing payments of an ended subscription's period pay for. */
async function paidPlan(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<{ plan: CatalogPlan; quantity: number; sourceId: string } | null> {
  const catalog = context.catalog.current()
  const subscription = await transaction.query
    .selectFrom('billing_subscription')
    .select('planVersionId')
    .where('provider', '=', purchase.provider)
    .where('externalId', '=', purchase.subscriptionId)
    .where('accountId', '=', purchase.accountId)
    .where('status', 'in', TERMINAL_STATUSES)
    .executeTakeFirst()
  const held = catalog.planByVersionId.get(subscription?.planVersionId ?? '')
  if (!held) return null
  const now = context.clock.now()
  const [first] = payments(catalog, await runningPurchases(transaction, purchase, now), purchase)
  const terms = paidTerms(payments(catalog, await runningPayments(transaction, purchase, now), purchase))
  if (!terms || !first) return null
  const productId = catalog.priceById.get(terms.priceId ?? '')?.productId
  const plan =
    productId && held.productId !== productId ? catalog.plans.find((one) => one.productId === productId) : held
  return plan ? { plan, quantity: terms.quantity, sourceId: first.id } : null
}
