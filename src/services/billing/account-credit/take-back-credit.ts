import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from '../billing-context.js'
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
  const over =
    purchase.reversedMinor +
    purchase.creditedMinor -
    purchase.amountMinor -
    purchase.creditMinor -
    (await requested(transaction, purchase))
  if (over <= 0) return
  await changeCreditLater(context, transaction, {
    accountId: purchase.accountId,
    provider: purchase.provider,
    cause: `purchase:${purchase.id}:${purchase.reversedMinor}`,
    amountMinor: over,
    currency: purchase.currency,
    reason: 'The payment that this credit came from was returned.',
    purchaseId: purchase.id,
  })
}

/** Sum of the purchase's credit that is being revoked, or that could not be revoked because it was spent. */
async function requested(transaction: Transaction, { id }: PurchaseRow): Promise<number> {
  const row = await transaction.row<{ amount: number }>(
    `select coalesce(sum(case when status = 'DONE' then amount_minor - done_minor else amount_minor end), 0)::bigint as amount
     from credit_adjustment where purchase_id = $1 and amount_minor > 0`,
    [id],
  )
  return row!.amount
}
