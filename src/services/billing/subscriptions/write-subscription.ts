import type { Transaction } from '#services/kernel/database/database.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { Projection } from './decide-subscription.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

/** Makes our copy of a subscription and of its items say what the provider said. */
export async function writeSubscription(
  transaction: Transaction,
  update: SubscriptionUpdate,
  id: string,
  next: Projection,
): Promise<void> {
  await transaction.run(
    `insert into billing_subscription (id, account_id, provider, external_id, status, plan_version_id, quantity, current_period_start,
       current_period_end, trial_end, cancel_at, canceled_at, started_at, grace_until, access_ended_at, payment_method,
       fence)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     on conflict on constraint billing_subscription_external do update set status = excluded.status, plan_version_id = excluded.plan_version_id,
       quantity = excluded.quantity, current_period_start = excluded.current_period_start, current_period_end = excluded.current_period_end,
       trial_end = excluded.trial_end, cancel_at = excluded.cancel_at, canceled_at = excluded.canceled_at, grace_until = excluded.grace_until,
       access_ended_at = excluded.access_ended_at, reopened_seen_at = null, payment_method = excluded.payment_method, fence = excluded.fence`,
    [
      id,
      update.accountId,
      update.provider,
      update.fetched.externalId,
      next.status,
      next.planVersionId,
      next.quantity,
      next.currentPeriodStart,
      next.currentPeriodEnd,
      next.trialEnd,
      next.cancelAt,
      next.canceledAt,
      update.fetched.startedAt,
      next.graceUntil,
      next.accessEndedAt,
      update.fetched.paymentMethod,
      update.fence,
    ],
  )
  await transaction.run(`delete from subscription_item where subscription_id = $1 and external_id <> all($2)`, [
    id,
    update.items.map((item) => item.externalId),
  ])
  for (const item of update.items)
    await transaction.run(
      `insert into subscription_item (id, subscription_id, external_id, price_id, quantity, current_period_end) values ($1, $2, $3, $4, $5, $6)
       on conflict on constraint subscription_item_external do update set price_id = excluded.price_id, quantity = excluded.quantity,
         current_period_end = excluded.current_period_end`,
      [newId('sit'), id, item.externalId, item.priceId, item.quantity, item.currentPeriodEnd],
    )
}

/** True if the lines other than the plan differ from our copy. */
export async function addonsDiffer(
  transaction: Transaction,
  { items }: SubscriptionUpdate,
  subscriptionId: string,
): Promise<boolean> {
  const known = await transaction.rows<{ externalId: string; priceId: string; quantity: number }>(
    `select external_id, price_id, quantity from subscription_item where subscription_id = $1`,
    [subscriptionId],
  )
  const plans = new Set(items.filter((item) => item.planId).map((item) => item.externalId))
  const describe = (lines: typeof known) =>
    lines
      .filter((line) => !plans.has(line.externalId))
      .map((line) => [line.externalId, line.priceId, line.quantity].join(':'))
      .toSorted()
      .join()
  return describe(known) !== describe([...items])
}
