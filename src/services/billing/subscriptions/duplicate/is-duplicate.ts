import { ENTITLING_STATUSES } from '../../../../entities/billing/subscription-state.js'
import type { Transaction } from '../../../kernel/database/database.js'
import { scheduleJob } from '../../../kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '../../billing-context.js'
import type { SubscriptionUpdate } from '../fetched-subscription.js'

/** The due kind of a subscription that was bought although another was running; its key is `<provider>:<the provider's id>`. */
export const REFUND_DUPLICATE_SUBSCRIPTION = 'subscription.surplus'

/**
 * Two checkouts of a plan group that were both paid, against all precautions: the one that is settled first stays. Read under the
 * account's lock, so that exactly one of them finds the other. One that ends before the other begins is not in its way.
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

/** Nothing is given for it; that it is ended and its money given back is written down, and done at once. */
export async function scheduleDuplicateSubscriptionRefund(
  context: BillingContext,
  transaction: Transaction,
  { accountId, provider, fetched }: SubscriptionUpdate,
): Promise<string[]> {
  const key = `${provider}:${fetched.externalId}`
  await scheduleJob(transaction, { kind: REFUND_DUPLICATE_SUBSCRIPTION, key, accountId, dueAt: context.clock.now() })
  return [`subscription ${fetched.externalId} is one too many: it is ended and its money given back`]
}
