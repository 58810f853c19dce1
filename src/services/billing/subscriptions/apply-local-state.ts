import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { FetchedSubscription } from '../providers/subscription-port.js'
import { isReturned } from '../model/decide-remaining.js'
import { isEndRequested } from '../model/end-immediately.js'
import type { BillingContext } from '../model/billing-context.js'
import { followPause, PAID_PERIOD_END } from './follow-pause.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

/**
 * Combines the provider's subscription with local state that the provider does not know: scheduled ends, grace periods
 * and start dates.
 */
export async function applyLocalState(context: BillingContext, transaction: Transaction, update: SubscriptionUpdate) {
  const now = context.clock.now()
  const held = await treatUnpaidAsIncomplete(transaction, update, now)
  const planned = applyScheduledEnd(applyStartDate(held), now)
  const paused = await followPause(context, transaction, planned)
  const inGrace = applyGracePeriod(withoutMoney(paused))
  return keepUntilPaidPeriodEnds(transaction, await withoutReturned(transaction, inGrace), now)
}

const changed = (update: SubscriptionUpdate, fetched: Partial<FetchedSubscription>): SubscriptionUpdate => ({
  ...update,
  fetched: { ...update.fetched, ...fetched },
})

const RUNNING: readonly string[] = ['ACTIVE', 'PAST_DUE', 'UNPAID']

/**
 * A provider reports a subscription as active while its first payment is pending, with methods that take days and with invoices that are sent.
 * Here it is `INCOMPLETE` and grants nothing until that payment is completed, unless the terms of its invoices give it from the start.
 */
async function treatUnpaidAsIncomplete(
  transaction: Transaction,
  update: SubscriptionUpdate,
  now: Date,
): Promise<SubscriptionUpdate> {
  const {
    fetched,
    ours: { checkout: purchased },
  } = update
  if (!fetched.latestInvoice?.unpaid || !RUNNING.includes(fetched.status)) return update
  if (!purchased || purchased.invoiceTerms?.access === 'FROM_START') return update
  if (purchased.status !== 'COMPLETED') return changed(update, { status: 'INCOMPLETE' })
  // A trial completes its checkout without a payment.
  const isAfterTrial = purchased.invoiceTerms !== null && fetched.trialEnd !== null && fetched.trialEnd <= now
  if (!isAfterTrial || (await paymentsOf(transaction, update)).length > 0) return update
  return changed(update, fetched.status === 'ACTIVE' ? { status: 'INCOMPLETE' } : { everPaid: false })
}

/** A successor is unpaid and grants nothing until its predecessor ends; the provider shows it as a trial. */
function applyStartDate(update: SubscriptionUpdate): SubscriptionUpdate {
  const startsAt = update.ours.checkout?.startsAt
  if (!startsAt) return update
  const { status } = update.fetched
  return changed(update, { status: status === 'TRIALING' ? 'ACTIVE' : status, trialEnd: null, startedAt: startsAt })
}

/** A period is given for money: one whose invoice was voided or written off is owed, although the provider calls it active. */
const withoutMoney = (update: SubscriptionUpdate): SubscriptionUpdate =>
  update.fetched.unpaidPeriod && update.fetched.status === 'ACTIVE' ? changed(update, { status: 'PAST_DUE' }) : update

/** Most payments of a subscription that are read, newest first. */
const MAX_PAYMENTS = 100

/** Grace is for a subscription that was paid once. Payments that were all returned, or are disputed, do not count. */
async function withoutReturned(transaction: Transaction, update: SubscriptionUpdate): Promise<SubscriptionUpdate> {
  const { fetched } = update
  if (fetched.status !== 'PAST_DUE' || !fetched.everPaid) return update
  const payments = await paymentsOf(transaction, update)
  return payments.length > 0 && payments.every((payment) => payment.status === 'DISPUTED' || isReturned(payment))
    ? changed(update, { everPaid: false })
    : update
}

/** The payments of a subscription that have been received. */
const paymentsOf = ({ query }: Transaction, { accountId, provider, fetched }: SubscriptionUpdate) =>
  query
    .selectFrom('purchase')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('subscriptionId', '=', fetched.externalId)
    .where('status', '<>', 'PENDING')
    .orderBy('purchasedAt', 'desc')
    .limit(MAX_PAYMENTS)
    .execute()

/**
 * A provider can stop its retries before our grace period ends, or at the same time. Only `endGrace` ends the access,
 * so that the subscriber gets one notice and one event.
 */
function applyGracePeriod(update: SubscriptionUpdate): SubscriptionUpdate {
  const {
    fetched,
    ours: { row },
  } = update
  const inGrace = fetched.status === 'UNPAID' && row?.status === 'PAST_DUE' && row.graceUntil && !row.accessEndedAt
  return inGrace ? changed(update, { status: 'PAST_DUE' }) : update
}

/**
 * An end scheduled here, because the provider supports only immediate ends. Until then the subscription is active,
 * although the provider has stopped charging it.
 */
function applyScheduledEnd(update: SubscriptionUpdate, now: Date): SubscriptionUpdate {
  const { fetched, ours } = update
  if (fetched.cancelAt || fetched.status === 'CANCELED') return update
  const planned = ours.changes.find(({ kind, status }) => kind === 'CANCEL' && status === 'SCHEDULED')
  if (!planned) return update
  const isPaidUntilThen = fetched.status === 'PAUSED' && planned.effectiveAt > now
  const running = fetched.trialEnd && fetched.trialEnd > now ? 'TRIALING' : 'ACTIVE'
  return changed(update, {
    cancelAt: planned.effectiveAt,
    // The provider only stops charging until then. That is no pause.
    ...(fetched.status === 'PAUSED' ? { pausedUntil: undefined } : {}),
    ...(isPaidUntilThen ? { status: running } : {}),
  })
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
    !(await isEndRequested(transaction, accountId, provider, fetched.externalId))
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
