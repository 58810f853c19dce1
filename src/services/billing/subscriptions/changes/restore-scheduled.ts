import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { syncSubscription } from '../sync-subscription.js'
import { scheduleAgain } from '#services/billing/model/schedule-push.js'

/**
 * Makes a scheduled change and the provider agree. A schedule that was removed at the provider supersedes the change here. A change that was
 * never scheduled at the provider is scheduled there. Returns true if there was such a change.
 */
export async function restoreScheduled(
  context: BillingContext,
  port: PaymentPort,
  externalId: string,
): Promise<boolean> {
  const { database } = context
  const change = await database.query
    .selectFrom('subscription_change as change')
    .innerJoin('billing_subscription as subscription', (join) =>
      join
        .onRef('subscription.id', '=', 'change.subscriptionId')
        .onRef('subscription.accountId', '=', 'change.accountId'),
    )
    .select(['change.accountId', 'change.subscriptionId'])
    .where('subscription.provider', '=', port.provider)
    .where('subscription.externalId', '=', externalId)
    .where('change.kind', '=', 'PLAN')
    .where('change.status', '=', 'SCHEDULED')
    .executeTakeFirst()
  if (!change) return false
  await syncSubscription(context, port, externalId)
  await database.transaction(async (transaction) => {
    await lockAccount(transaction, change.accountId)
    await scheduleAgain(context, transaction, change.subscriptionId)
  })
  return true
}
