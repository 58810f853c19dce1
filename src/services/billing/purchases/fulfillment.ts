import type { ProductSubscriptionRow } from '#entities/billing/product-subscription.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from '../model/billing-context.js'

/**
 * Port for higher domains that sell products. Called in the transaction of the purchase, under the account lock, with
 * the current state; must be idempotent.
 */
export interface Fulfillment {
  /** Returns `surplus` if the account already has the product for another cause: the payment is refunded. */
  applyPurchase(context: BillingContext, transaction: Transaction, purchase: PurchaseRow): Promise<FulfillmentResult>
  applySubscription(
    context: BillingContext,
    transaction: Transaction,
    subscription: ProductSubscriptionRow,
  ): Promise<FulfillmentResult>
}

export type FulfillmentResult = 'changed' | 'unchanged' | 'duplicate'
