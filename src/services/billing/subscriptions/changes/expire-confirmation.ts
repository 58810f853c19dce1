import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { subscriptionOfChange } from '#services/billing/model/subscription-of-change.js'
import { syncSubscription } from '../sync-subscription.js'
import { findChange } from '#services/billing/model/change-queries.js'
import { transitionChange } from '../transition-change.js'

/** The due kind of the moment until which a buyer may confirm a change, where the provider does not say; its key is the change's id. */
export const CONFIRMATION_EXPIRE = 'subscription.confirmation_expire'

/**
 * Syncs once more. A change that the buyer has not confirmed by then is canceled, so that another one can be requested.
 */
export async function expireConfirmation(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const change = await findChange(context.database, due.key)
  if (change?.status !== 'REQUIRES_CONFIRMATION') return
  const { port, subscription } = await subscriptionOfChange(context, change)
  await syncSubscription(context, port, subscription.externalId)
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, change.accountId)
    const still = await findChange(transaction, change.id)
    if (still?.status === 'REQUIRES_CONFIRMATION')
      await transitionChange(context, transaction, {
        id: change.id,
        to: 'FAILED',
        failureReason: 'not confirmed in time',
      })
  })
}
