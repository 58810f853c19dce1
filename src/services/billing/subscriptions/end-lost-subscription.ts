import { sql } from 'kysely'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import { recordRecurringPeriod } from './record-recurring-period.js'
import { findSubscriptionAtProvider } from '../book/our-subscription.js'
import { endEntitlements } from './apply-entitlements.js'
import { publishSubscriptionEvent } from './publish-subscription-event.js'

/** Ends a subscription that does not exist at the provider. Returns whether there was one. */
export async function endLostSubscription(
  context: BillingContext,
  { provider }: PaymentPort,
  externalId: string,
): Promise<boolean> {
  return context.database.transaction(async (transaction) => {
    const found = await findSubscriptionAtProvider(transaction, provider, externalId)
    if (!found) return false
    await lockAccount(transaction, found.accountId)
    const now = context.clock.now()
    const ended = await transaction.query
      .updateTable('billing_subscription')
      .set({ status: 'CANCELED', canceledAt: now, fence: sql<number>`nextval('fetch_fence')` })
      .where('id', '=', found.id)
      .where('accountId', '=', found.accountId)
      .where('status', 'not in', TERMINAL_STATUSES)
      .returningAll()
      .executeTakeFirst()
    const plan = context.catalog.current().planByVersionId.get(found.planVersionId)
    if (!ended || !plan) return false
    await endEntitlements(transaction, found, now)
    await recordRecurringPeriod(transaction, found, now)
    await publishSubscriptionEvent(context, transaction, {
      id: found.id,
      accountId: found.accountId,
      event: 'subscription.canceled',
      plan,
      next: ended,
      changesEntitlements: true,
    })
    return true
  })
}
