import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'
import type { Transaction } from '../../kernel/database/database.js'
import type { BillingContext } from '../billing-context.js'
import { writeRefundIntent } from '../refunds/write-refund-intent.js'

export const SURPLUS_REASON = 'bought twice: it was paid for already'

/** What was paid twice is given back by itself: the intent stands with what made it necessary, and is carried out at once after it. */
export async function intendSurplusRefund(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<void> {
  const at = context.clock.now()
  if (purchase.amountMinor === 0 || !purchase.paymentId) return
  await writeRefundIntent(transaction, {
    purchase,
    amountMinor: purchase.amountMinor,
    reason: SURPLUS_REASON,
    requestedBy: null,
    at,
  })
}
