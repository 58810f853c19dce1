import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'
import type { Transaction } from '../../kernel/database/database.js'
import type { BillingContext } from '../billing-context.js'
import { followCredits } from './follow-credits.js'
import type { Followed } from './fulfilment.js'

/** Makes the rights that a purchase gives follow what became of it. A plan's and an add-on's follow their subscription instead. */
export async function followPurchase(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<Followed> {
  if (purchase.status === 'PENDING' || purchase.subscriptionId) return 'unchanged'
  switch (context.catalog.current().productById.get(purchase.productId)?.type) {
    case 'PACKAGE':
      return followCredits(context, transaction, purchase)
    case 'TEMPLATE':
      return context.fulfilments.TEMPLATE.followPurchase(context, transaction, purchase)
    default:
      return 'unchanged'
  }
}
