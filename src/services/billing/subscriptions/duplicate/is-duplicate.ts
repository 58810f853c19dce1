import { ENTITLING_STATUSES } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '#services/billing/billing-context.js'
import type { SubscriptionUpdate } from '../fetched-subscription.js'

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
  const other = await transaction.row(
    `select 1 from billing_subscription s join plan_version v on v.id = s.plan_version_id join plan p on p.id = v.plan_id
     where s.account_id = $1 and s.status = any($2) and coalesce(s.cancel_at > $6, true) and p.group_code in (select group_code from plan where id = any($3))
       and not exists (
         select 1 from billing_subscription known where known.provider = $4 and known.external_id = $5 and known.status <> 'INCOMPLETE')`,
    [
      accountId,
      ENTITLING_STATUSES,
      items.flatMap(({ planId }) => planId ?? []),
      provider,
      fetched.externalId,
      fetched.startedAt,
    ],
  )
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
