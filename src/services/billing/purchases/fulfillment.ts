import type { ProductSubscriptionRow } from '../../../entities/billing/product-subscription.entity.js'
import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'
import type { Transaction } from '../../kernel/database/database.js'
import type { BillingContext } from '../billing-context.js'

/**
 * What a higher domain does with what it sells. It is told how things stand now, in the transaction that made them so and under the
 * account's lock, and makes the rights follow; told twice, it changes nothing.
 */
export interface Fulfillment {
  /** `surplus` when the account has it already for another cause: the money is given back. */
  applyPurchase(context: BillingContext, transaction: Transaction, purchase: PurchaseRow): Promise<FulfillmentResult>
  applySubscription(
    context: BillingContext,
    transaction: Transaction,
    subscription: ProductSubscriptionRow,
  ): Promise<FulfillmentResult>
}

export type FulfillmentResult = 'changed' | 'unchanged' | 'duplicate'
