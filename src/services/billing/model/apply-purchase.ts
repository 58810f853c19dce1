import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from './billing-context.js'
import { applyCreditGrants } from './apply-credit-grants.js'
import type { FulfillmentResult } from '../purchases/fulfillment.js'
import { applyLifetime } from './lifetimes.js'
import { endRestoredPeriod } from './restore-paid-period.js'

/**
 * Applies the state of a purchase to the entitlements that it grants. Plans with an interval and add-ons depend on their subscription instead,
 * unless it ended and its period was restored.
 */
export async function applyPurchase(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<FulfillmentResult> {
  if (purchase.status === 'PENDING') return 'unchanged'
  if (purchase.subscriptionId) return endRestoredPeriod(context, transaction, purchase)
  switch (context.catalog.current().productById.get(purchase.productId)?.type) {
    case 'PACKAGE':
      return applyCreditGrants(context, transaction, purchase)
    case 'TEMPLATE':
      return context.fulfillments.TEMPLATE.applyPurchase(context, transaction, purchase)
    case 'PLAN':
      return applyLifetime(context, transaction, purchase)
    default:
      return 'unchanged'
  }
}
