import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from './billing-context.js'
import { includedIn } from './already-included.js'
import { ownPlans } from './own-plans.js'

/** The due kind of a subscription to a plan that its account has without an end; its key is the ID of the subscription. */
export const END_INCLUDED = 'subscription.end_included'

/**
 * Schedules the end of subscriptions that are not canceled, although the account has bought their plans without an end: their cancellation was
 * undone at the provider, or the payment for the lifetime was restored. The caller holds the account lock.
 */
export async function endIncluded(
  { catalog, clock }: BillingContext,
  transaction: Transaction,
  accountId: string,
): Promise<void> {
  const { lifetimePlans } = await ownPlans(catalog.current(), transaction, accountId)
  if (lifetimePlans.length === 0) return
  const running = await transaction.query
    .selectFrom('billing_subscription')
    .select(['id', 'planVersionId'])
    .where('accountId', '=', accountId)
    .where('status', 'not in', TERMINAL_STATUSES)
    .where('cancelAt', 'is', null)
    .execute()
  for (const { id: key, planVersionId } of running) {
    const plan = catalog.current().planByVersionId.get(planVersionId)
    if (plan && includedIn(lifetimePlans, plan))
      await scheduleJob(transaction, { kind: END_INCLUDED, key, accountId, runAt: clock.now() })
  }
}
