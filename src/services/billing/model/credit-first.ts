import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { findChange } from './change-queries.js'
import { adjustCreditNow, changeCreditLater } from './change-credit.js'
import type { BillingContext } from './billing-context.js'
import { ProviderUnavailable } from '../providers/provider-errors.js'
import { bookUnusedCredit, causeOfChange } from './book-unused-credit.js'

/**
 * Books the credit of a change that starts a new period before the provider charges that period, so that the credit
 * pays for it. The credit is reversed if the change fails. Repeated calls have no effect.
 */
export async function creditFirst(context: BillingContext, { id, accountId }: SubscriptionChangeRow): Promise<void> {
  const { database } = context
  await database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const change = await findChange(transaction, id)
    await bookUnusedCredit(context, transaction, change!)
  })
  await adjustCreditNow(context, accountId, causeOfChange(id))
}

/**
 * Books the credit of a change now, so that the account sees it immediately. If the provider does not respond, it is
 * booked later.
 */
export async function giveCreditNow(
  context: BillingContext,
  { id, accountId }: Pick<SubscriptionChangeRow, 'id' | 'accountId'>,
): Promise<void> {
  try {
    await adjustCreditNow(context, accountId, causeOfChange(id))
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    context.log.warn({ err: error, change: id }, 'crediting unused time later')
  }
}

/** Reverses the credit of a change that was not made. The caller holds the account lock. */
export async function takeBackUnusedCredit(
  context: BillingContext,
  transaction: Transaction,
  { id, accountId, creditedMinor }: SubscriptionChangeRow,
): Promise<void> {
  if (!creditedMinor) return
  const shares = await transaction.query
    .selectFrom('purchase_credit as credit')
    .innerJoin('purchase', 'purchase.id', 'credit.purchaseId')
    .select(['credit.purchaseId', 'credit.provider', 'credit.amountMinor', 'purchase.currency'])
    .where('credit.invoiceId', '=', id)
    .where('credit.accountId', '=', accountId)
    .where('purchase.accountId', '=', accountId)
    .execute()
  for (const share of shares)
    await changeCreditLater(context, transaction, {
      ...share,
      accountId,
      cause: `${causeOfChange(id)}:undone:${share.purchaseId}`,
      reason: 'The change of the subscription was not made.',
    })
  await transaction.query
    .updateTable('subscription_change')
    .set({ creditedMinor: 0 })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
}
