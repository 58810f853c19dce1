import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import { syncInvoice } from '#services/billing/invoices/sync-invoice.js'
import { returnPayment } from '#services/billing/model/return-payment.js'
import { readSubscription } from '#services/billing/model/subscription-queries.js'
import { subscriptionOfChange } from '#services/billing/model/subscription-of-change.js'
import { endImmediately } from '#services/billing/model/end-immediately.js'
import { syncSubscription } from '../sync-subscription.js'
import { attemptKey, countFailedAttempt } from './attempts.js'
import { transitionChange } from '../transition-change.js'

/**
 * Sends an end that was scheduled only here: nothing more is charged, and paid entitlements last until the period ends.
 * If the time was missed and another period was charged, the payment is refunded and the subscription ends now.
 */
export async function pushScheduledEnd(context: BillingContext, change: SubscriptionChangeRow): Promise<void> {
  const { port, subscription } = await subscriptionOfChange(context, change)
  const { provider, externalId } = subscription
  await syncSubscription(context, port, externalId)
  const now = await readSubscription(context.database, change.subscriptionId)
  const missed = (now.currentPeriodStart ?? change.asOf) >= change.effectiveAt
  // Charges since then may not be recorded here yet, because their webhooks arrive later.
  if (missed)
    for (const invoice of await port.invoicesSince(externalId, change.effectiveAt))
      await syncInvoice(context, port, invoice)
  const { accountId, reason } = change
  const end = { externalId, reason, idempotencyKey: attemptKey(change) }
  try {
    await (missed ? endImmediately(context, port, { ...end, accountId }) : port.endSubscription({ ...end, at: 'NOW' }))
  } catch (error) {
    // The provider denies ending an ended subscription.
    if (!(error instanceof ProviderRejected)) {
      await countFailedAttempt(context, change)
      throw error
    }
  }
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await transaction.query
      .updateTable('subscription_change')
      .set({ pushedToProvider: true })
      .where('id', '=', change.id)
      .where('accountId', '=', change.accountId)
      .execute()
    await transitionChange(context, transaction, { id: change.id, to: 'APPLIED' })
    if (!missed) return
    const duplicate = await transaction.query
      .selectFrom('purchase')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('provider', '=', provider)
      .where('subscriptionId', '=', externalId)
      .where('purchasedAt', '>=', change.effectiveAt)
      .where('status', '=', 'PAID')
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('refund')
              .select('refund.id')
              .where('refund.accountId', '=', accountId)
              .whereRef('refund.purchaseId', '=', 'purchase.id'),
          ),
        ),
      )
      .execute()
    for (const purchase of duplicate) await returnPayment(context, transaction, purchase, 'paid after the end')
  })
  await syncSubscription(context, port, externalId)
}
