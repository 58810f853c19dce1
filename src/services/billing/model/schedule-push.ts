import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from './billing-context.js'
import { scheduledChangesOf } from './change-queries.js'

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
export async function markUnscheduled(
  sql: Sql,
  { id: subscriptionId, accountId }: Pick<BillingSubscriptionRow, 'id' | 'accountId'>,
): Promise<void> {
  await sql.query
    .updateTable('subscription_change')
    .set((eb) => ({ pushedToProvider: false, attempt: eb('attempt', '+', 1) }))
    .where('subscriptionId', '=', subscriptionId)
    .where('accountId', '=', accountId)
    .where('kind', '=', 'PLAN')
    .where('status', '=', 'SCHEDULED')
    .execute()
}

/** Writes the scheduled change of a subscription to the provider again if it was removed there. */
export async function scheduleAgain(
  context: Pick<BillingContext, 'clock'>,
  transaction: Transaction,
  subscriptionId: string,
): Promise<void> {
  const [change] = await scheduledChangesOf(transaction, [subscriptionId])
  if (change && !change.pushedToProvider) await schedulePush(context, transaction, change)
}
