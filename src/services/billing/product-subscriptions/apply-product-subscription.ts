import type { ProductSubscriptionRow } from '#entities/billing/product-subscription.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from '../billing-context.js'
import type { FulfillmentResult } from '../purchases/fulfillment.js'

/** Applies the status of a product subscription to its entitlements. */
export async function applyProductSubscription(
  context: BillingContext,
  transaction: Transaction,
  subscription: ProductSubscriptionRow,
): Promise<FulfillmentResult> {
  switch (context.catalog.current().productById.get(subscription.productId)?.type) {
    case 'TEMPLATE':
      return context.fulfillments.TEMPLATE.applySubscription(context, transaction, subscription)
    default:
      return 'unchanged'
  }
}
