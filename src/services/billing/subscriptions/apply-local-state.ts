import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { FetchedSubscription } from '../providers/subscription-port.js'
import { isReturned } from '../refunds/decide-remaining.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'
import { treatUnpaidAsIncomplete } from './treat-unpaid-as-incomplete.js'
import { findOriginatingCheckout } from './originating-checkout.js'

/** Kind of the scheduled job at the end of a paid period; its key is `<provider>:<the provider's id>`. */
export const PAID_PERIOD_END = 'subscription.paid_period_end'

/**
 * Combines the provider's subscription with local state that the provider does not know: scheduled ends, grace periods
 * and start dates.
 */
export async function applyLocalState(transaction: Transaction, update: SubscriptionUpdate, now: Date) {
  const held = await treatUnpaidAsIncomplete(transaction, update)
  const begun = withoutMoney(await applyStartDate(transaction, held))
  const inGrace = await applyGracePeriod(transaction, await applyScheduledEnd(transaction, begun, now))
  return keepUntilPaidPeriodEnds(transaction, await withoutReturned(transaction, inGrace), now)
}

const changed = (update: SubscriptionUpdate, fetched: Partial<FetchedSubscription>): SubscriptionUpdate => ({
  ...update,
  fetched: { ...update.fetched, ...fetched },
})

/** A successor is unpaid and grants nothing until its predecessor ends; the provider shows it as a trial. */
async function applyStartDate(transaction: Transaction, update: SubscriptionUpdate): Promise<SubscriptionUpdate> {
  const startsAt = (await findOriginatingCheckout(transaction, update))?.startsAt
  if (!startsAt) return update
  const { status } = update.fetched
  return changed(update, { status: status === 'TRIALING' ? 'ACTIVE' : status, trialEnd: null, startedAt: startsAt })
}

/** A period is given for money: one whose invoice was voided or written off is owed, although the provider calls it active. */
const withoutMoney = (update: SubscriptionUpdate): SubscriptionUpdate =>
  update.fetched.unpaidPeriod && update.fetched.status === 'ACTIVE' ? changed(update, { status: 'PAST_DUE' }) : update

/** Most payments of a subscription that are read, newest first. */
const MAX_PAYMENTS = 100

/** Grace is for a subscription that was paid once. Payments that were all returned do not count. */
async function withoutReturned(transaction: Transaction, update: SubscriptionUpdate): Promise<SubscriptionUpdate> {
  const { provider, fetched } = update
  if (fetched.status !== 'PAST_DUE' || !fetched.everPaid) return update
  const payments = await transaction.rows<PurchaseRow>(
    `select * from purchase where provider = $1 and subscription_id = $2 and status <> 'PENDING'
     order by purchased_at desc limit $3`,
    [provider, fetched.externalId, MAX_PAYMENTS],
  )
  return payments.length > 0 && payments.every(isReturned) ? changed(update, { everPaid: false }) : update
}

/**
 * A provider can stop its retries before our grace period ends, or at the same time. Only `endGrace` ends the access,
 * so that the subscriber gets one notice and one event.
 */
async function applyGracePeriod(transaction: Transaction, update: SubscriptionUpdate): Promise<SubscriptionUpdate> {
  if (update.fetched.status !== 'UNPAID') return update
  const inGrace = await transaction.row(
    `select 1 from billing_subscription where provider = $1 and external_id = $2 and status = 'PAST_DUE'
       and grace_until is not null and access_ended_at is null`,
    [update.provider, update.fetched.externalId],
  )
  return inGrace ? changed(update, { status: 'PAST_DUE' }) : update
}

/**
 * An end scheduled here, because the provider supports only immediate ends. Until then the subscription is active,
 * although the provider has stopped charging it.
 */
async function applyScheduledEnd(
  transaction: Transaction,
  update: SubscriptionUpdate,
  now: Date,
): Promise<SubscriptionUpdate> {
  const { provider, fetched } = update
  if (fetched.cancelAt || fetched.status === 'CANCELED') return update
  const planned = await transaction.row<{ effectiveAt: Date }>(
    `select c.effective_at from subscription_change c join billing_subscription s on s.id = c.subscription_id
     where s.provider = $1 and s.external_id = $2 and c.kind = 'CANCEL' and c.status = 'SCHEDULED'`,
    [provider, fetched.externalId],
  )
  if (!planned) return update
  const isPaidUntilThen = fetched.status === 'PAUSED' && planned.effectiveAt > now
  const running = fetched.trialEnd && fetched.trialEnd > now ? 'TRIALING' : 'ACTIVE'
  return changed(update, { cancelAt: planned.effectiveAt, ...(isPaidUntilThen ? { status: running } : {}) })
}

/**
 * A subscription that is canceled at a provider without period ends continues here until the paid period ends. One that
 * we ended immediately, by request or after a refund, has ended.
 */
async function keepUntilPaidPeriodEnds(
  transaction: Transaction,
  update: SubscriptionUpdate,
  now: Date,
): Promise<SubscriptionUpdate> {
  const { provider, accountId, fetched } = update
  const key = `${provider}:${fetched.externalId}`
  const { status, paidUntil } = fetched
  const goesOn =
    status === 'CANCELED' &&
    paidUntil !== null &&
    paidUntil > now &&
    !(await transaction.row(`select 1 from requested_cancellation where provider = $1 and external_id = $2`, [
      provider,
      fetched.externalId,
    ]))
  if (!goesOn) {
    if (status === 'CANCELED' && paidUntil) await cancelJob(transaction, PAID_PERIOD_END, key)
    return update
  }
  await scheduleJob(transaction, { kind: PAID_PERIOD_END, key, accountId, runAt: paidUntil })
  return changed(update, {
    status: fetched.trialEnd && fetched.trialEnd > now ? 'TRIALING' : 'ACTIVE',
    cancelAt: paidUntil,
    endedAt: null,
  })
}
