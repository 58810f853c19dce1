import { ENTITLING_STATUSES } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from './billing-context.js'
import { isNewSubscription } from './subscription-queries.js'
import type { SubscriptionUpdate } from '../subscriptions/fetched-subscription.js'

/** The due kind of a subscription that was bought although another was running; its key is `<provider>:<the provider's id>`. */
export const REFUND_DUPLICATE_SUBSCRIPTION = 'subscription.refund_duplicate'

/**
 * Two checkouts of a plan group can both be paid in rare races. The one that is synced first stays. Read under the
 * account lock, so that exactly one of them finds the other. A subscription that ends before the other starts is not a
 * duplicate.
 */
export async function isDuplicate(
  transaction: Transaction,
  { accountId, provider, fetched, items }: SubscriptionUpdate,
) {
  if (!fetched.checkoutId || !ENTITLING_STATUSES.includes(fetched.status)) return false
  const planIds = items.flatMap(({ planId }) => planId ?? [])
  const other = await transaction.query
    .selectFrom('billing_subscription as other')
    .innerJoin('plan_version as version', 'version.id', 'other.planVersionId')
    .innerJoin('plan', 'plan.id', 'version.planId')
    .select('other.id')
    .where('other.accountId', '=', accountId)
    .where('other.status', 'in', ENTITLING_STATUSES)
    .where((eb) => eb.or([eb('other.cancelAt', 'is', null), eb('other.cancelAt', '>', fetched.startedAt)]))
    .where('plan.groupCode', 'in', (eb) =>
      eb.selectFrom('plan as bought').select('bought.groupCode').where('bought.id', 'in', planIds),
    )
    .where(isNewSubscription(provider, fetched.externalId))
    .executeTakeFirst()
  return other !== undefined
}

/** Grants nothing for it, and schedules its end and refund immediately. */
export async function scheduleDuplicateSubscriptionRefund(
  context: BillingContext,
  transaction: Transaction,
  { accountId, provider, fetched }: SubscriptionUpdate,
): Promise<string[]> {
  const key = `${provider}:${fetched.externalId}`
  await scheduleJob(transaction, { kind: REFUND_DUPLICATE_SUBSCRIPTION, key, accountId, runAt: context.clock.now() })
  return [`subscription ${fetched.externalId} is one too many: it is ended and its money given back`]
}
