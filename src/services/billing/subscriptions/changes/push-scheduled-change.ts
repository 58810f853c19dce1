import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { syncInvoice } from '#services/billing/invoices/sync-invoice.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { ChangeOutcome } from '#services/billing/providers/subscription-port.js'
import { returnPayment } from '#services/billing/model/return-payment.js'
import { wrongCharges } from '#services/billing/model/subscriptions.sql.js'
import { subscriptionOfChange } from '#services/billing/model/subscription-of-change.js'
import { syncSubscription } from '../sync-subscription.js'
import { countFailedAttempt } from './attempts.js'
import { linesChange } from './send-change.js'
import { findChange } from '#services/billing/model/change-queries.js'
import { markUnscheduled, scheduleAgain, PUSH_CHANGE } from '#services/billing/model/schedule-push.js'
import { transitionChange } from '../transition-change.js'
import { stateOf, type SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import { pushScheduledEnd } from './push-scheduled-end.js'

/**
 * Schedules a planned change at the provider if it is not scheduled there. If its moment has passed, the provider has charged another period at
 * the earlier price. Then the new period begins now and is charged, and the wrong charge is refunded.
 */
export async function pushScheduledChange(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const { database } = context
  const change = await findChange(database, due.key)
  if (!change || (change.status !== 'SCHEDULED' && change.status !== 'APPLIED')) return
  if (change.kind === 'CANCEL') return change.pushedToProvider ? undefined : pushScheduledEnd(context, change)
  const { port, subscription } = await subscriptionOfChange(context, change)
  await syncSubscription(context, port, subscription.externalId)
  if (!change.pushedToProvider) await requestChange(context, change)
  if (context.clock.now() >= change.effectiveAt)
    await refundWrongCharges(context, port, change, subscription.externalId)
}

async function requestChange(context: BillingContext, { id, accountId, effectiveAt }: SubscriptionChangeRow) {
  const { database } = context
  const change = (await findChange(database, id))!
  const { port, subscription } = await subscriptionOfChange(context, change)
  const state = await stateOf(context, database, context.catalog.current(), subscription)
  // A change in progress schedules this one again at its end, and so does an undone cancellation.
  if (change.status !== 'SCHEDULED' || !state || subscription.cancelAt || state.open) return
  const missed = (subscription.currentPeriodStart ?? change.asOf) >= effectiveAt
  const outcome = await request(context, state, change, missed)
  await removeOutdated(context, port, subscription, id)
  // This read must precede the mark. An earlier read does not show the change yet and is older than this one.
  await syncSubscription(context, port, subscription.externalId)
  await database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await transaction.query
      .updateTable('subscription_change')
      .set({ pushedToProvider: true })
      .where('id', '=', id)
      .where('accountId', '=', accountId)
      .where('attempt', '=', change.attempt)
      .execute()
    if (outcome.kind !== 'APPLIED')
      await transitionChange(context, transaction, { id, to: 'SUPERSEDED', failureReason: 'the provider rejected it' })
  })
  // A discount or payment method that changed while the schedule was written is compared only from now on.
  await syncSubscription(context, port, subscription.externalId)
}

/** Removes the schedule if another request has replaced the change during the call, and schedules the replacement again. */
async function removeOutdated(
  context: BillingContext,
  port: PaymentPort,
  { id: subscriptionId, accountId, externalId }: BillingSubscriptionRow,
  changeId: string,
): Promise<void> {
  const { status } = (await findChange(context.database, changeId))!
  if (status !== 'SUPERSEDED' && status !== 'CANCELED') return
  await markUnscheduled(context.database, { id: subscriptionId, accountId })
  await port.removeScheduledChange?.(externalId)
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await scheduleAgain(context, transaction, subscriptionId)
  })
}

/** A missed change is charged without a credit, because the wrong charge is refunded. If the charge is declined, the credit pays for it. */
async function request(
  context: BillingContext,
  state: SubscriptionState,
  change: SubscriptionChangeRow,
  missed: boolean,
): Promise<ChangeOutcome> {
  const { port } = state
  const planned = await linesChange(context, port, state, change)
  try {
    if (!missed) return await port.changeLines(planned)
    const now = { ...planned, at: 'NOW' as const, asOf: context.clock.now(), restartsPeriod: true }
    const charged = await port.changeLines({ ...now, withoutCredit: true })
    if (charged.kind === 'APPLIED') return charged
    return await port.changeLines({ ...now, idempotencyKey: `${planned.idempotencyKey}:credit` })
  } catch (error) {
    const isCodeInvalid = error instanceof ProviderRejected && error.about === 'PROMOTION'
    if (isCodeInvalid && change.promotionId !== null)
      return request(context, state, await withoutCode(context, change), missed)
    await countFailedAttempt(context, change)
    throw error
  }
}

/** Removes a promotion code that expired before the change could be written. The change itself remains. */
async function withoutCode(context: BillingContext, change: SubscriptionChangeRow): Promise<SubscriptionChangeRow> {
  context.log.warn({ change: change.id, code: change.promotionCode }, 'promotion code of a scheduled change dropped')
  const none = { promotionCode: null, promotionId: null }
  await context.database.query
    .updateTable('subscription_change')
    .set(none)
    .where('id', '=', change.id)
    .where('accountId', '=', change.accountId)
    .execute()
  return { ...change, ...none }
}

/** Refunds payments at the earlier price for time after the change. A payment whose time was credited is kept, because the credit returns it. */
async function refundWrongCharges(
  context: BillingContext,
  port: PaymentPort,
  change: SubscriptionChangeRow,
  externalId: string,
): Promise<void> {
  const { database } = context
  if ((await findChange(database, change.id))?.status !== 'APPLIED') return
  const invoices = await port.invoicesSince(externalId, change.effectiveAt)
  for (const invoice of invoices) await syncInvoice(context, port, invoice)
  await database.transaction(async (transaction) => {
    await lockAccount(transaction, change.accountId)
    const wrong = await transaction.rows(wrongCharges, {
      accountId: change.accountId,
      provider: port.provider,
      subscriptionId: externalId,
      since: change.effectiveAt,
      priceId: change.fromPriceId,
    })
    for (const purchase of wrong) await returnPayment(context, transaction, purchase, 'charged against the plan')
    // A renewal is charged an hour after its draft, so check again.
    const unpaid = await transaction.query
      .selectFrom('invoice')
      .select('id')
      .where('accountId', '=', change.accountId)
      .where('provider', '=', port.provider)
      .where('externalId', 'in', invoices)
      .where('status', 'in', ['DRAFT', 'OPEN'])
      .where('totalMinor', '>', 0)
      .executeTakeFirst()
    const { id: key, accountId } = change
    const runAt = new Date(context.clock.now().getTime() + 3_600_000)
    if (unpaid) await scheduleJob(transaction, { kind: PUSH_CHANGE, key, accountId, runAt })
  })
}
