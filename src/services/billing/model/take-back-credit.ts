import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from './billing-context.js'
import { sumRevokedCredit } from './account-credit.sql.js'
import { changeCreditLater } from './change-credit.js'

/**
 * Revokes credit of a purchase whose money was returned, so that credit and refunds together never exceed the payment. The caller holds the
 * account's lock. Repeated calls with the same amounts have no effect.
 */
export async function takeBackCredit(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<void> {
  if (purchase.creditedMinor === 0) return
  const { id: purchaseId, accountId } = purchase
  const revoked = await transaction.row(sumRevokedCredit, { purchaseId, accountId })
  const over =
    purchase.reversedMinor + purchase.creditedMinor - purchase.amountMinor - purchase.creditMinor - revoked!.amount
  if (over <= 0) return
  await changeCreditLater(context, transaction, {
    accountId,
    provider: purchase.provider,
    cause: `purchase:${purchaseId}:${purchase.reversedMinor}`,
    amountMinor: over,
    currency: purchase.currency,
    reason: 'The payment that this credit came from was returned.',
    purchaseId,
  })
}
