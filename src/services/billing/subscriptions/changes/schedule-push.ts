import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '#services/billing/billing-context.js'

/** The due kind of writing a planned change to the provider. Its key is the change's id. */
export const PUSH_CHANGE = 'subscription.push_change'

/** Lead time of an end at a provider that ends immediately. Charging has stopped before. */
const END_LEAD_MS = 3_600_000

/** Schedules writing a planned change to the provider: now, or shortly before an end that the provider would make immediately. */
export async function schedulePush(
  { clock }: Pick<BillingContext, 'clock'>,
  transaction: Transaction,
  { id: key, accountId, kind, effectiveAt }: SubscriptionChangeRow,
): Promise<void> {
  const runAt = kind === 'CANCEL' ? new Date(effectiveAt.getTime() - END_LEAD_MS) : clock.now()
  await scheduleJob(transaction, { kind: PUSH_CHANGE, key, accountId, runAt })
}

/** Records that the provider no longer has the planned change of a subscription. Its next attempt has a separate idempotency key. */
export async function markUnscheduled(sql: Sql, subscriptionId: string): Promise<void> {
  await sql.run(
    `update subscription_change set pushed_to_provider = false, attempt = attempt + 1 where subscription_id = $1 and kind = 'PLAN' and status = 'SCHEDULED'`,
    [subscriptionId],
  )
}

/** Writes planned changes of a subscription to the provider again after they were removed there. */
export async function scheduleAgain(
  context: Pick<BillingContext, 'clock'>,
  transaction: Transaction,
  subscriptionId: string,
): Promise<void> {
  const unpublished = await transaction.rows<SubscriptionChangeRow>(
    `select * from subscription_change where subscription_id = $1 and kind = 'PLAN' and status = 'SCHEDULED' and not pushed_to_provider`,
    [subscriptionId],
  )
  for (const change of unpublished) await schedulePush(context, transaction, change)
}
