import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { publishSubscriptionEvent } from '../publish-subscription-event.js'
import { STOP_CHARGING } from './stop-charging.js'
import { schedulePush } from '#services/billing/model/schedule-push.js'
import { transitionChange } from '../transition-change.js'

/** Plans an end here only, because the provider would end immediately. The provider receives it shortly before the period ends. */
export async function scheduleLocalEnd(context: BillingContext, change: SubscriptionChangeRow): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, change.accountId)
    if (!(await transitionChange(context, transaction, { id: change.id, to: 'SCHEDULED' }))) return
    await recordScheduledEnd(context, transaction, change)
    const { id: key, accountId } = change
    await scheduleJob(transaction, { kind: STOP_CHARGING, key, accountId, runAt: context.clock.now() })
    await schedulePush(context, transaction, change)
  })
}

/** Shows the scheduled end to the account immediately, although it is not at the provider yet. */
async function recordScheduledEnd(
  context: BillingContext,
  transaction: Transaction,
  { subscriptionId, accountId, effectiveAt }: SubscriptionChangeRow,
): Promise<void> {
  const next = await transaction.query
    .updateTable('billing_subscription')
    .set({ cancelAt: effectiveAt })
    .where('id', '=', subscriptionId)
    .where('accountId', '=', accountId)
    .returningAll()
    .executeTakeFirstOrThrow()
  const plan = context.catalog.current().planByVersionId.get(next.planVersionId)
  if (!plan) return
  await publishSubscriptionEvent(context, transaction, {
    id: subscriptionId,
    accountId,
    event: 'subscription.updated',
    plan,
    next,
    changesEntitlements: false,
  })
}
