import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/billing-context.js'
import type { ProviderName } from '#services/billing/providers/port.js'
import { syncSubscription } from '../sync-subscription.js'
import { scheduleAgain } from './schedule-push.js'

/**
 * Makes a scheduled change and the provider agree. A schedule that was removed at the provider supersedes the change here. A change that was
 * never scheduled at the provider is scheduled there. Returns true if there was such a change.
 */
export async function restoreScheduled(
  context: BillingContext,
  provider: ProviderName,
  externalId: string,
): Promise<boolean> {
  const { database } = context
  const change = await database.row<SubscriptionChangeRow>(
    `select c.* from subscription_change c join billing_subscription s on s.id = c.subscription_id
     where s.provider = $1 and s.external_id = $2 and c.kind = 'PLAN' and c.status = 'SCHEDULED'`,
    [provider, externalId],
  )
  if (!change) return false
  await syncSubscription(context, provider, externalId)
  await database.transaction(async (transaction) => {
    await lockAccount(transaction, change.accountId)
    await scheduleAgain(context, transaction, change.subscriptionId)
  })
  return true
}
