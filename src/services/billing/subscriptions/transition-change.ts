import { dayText } from '#services/kernel/text/readable.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { canTransitionChange, type SubscriptionChangeStatus } from '#entities/billing/subscription-change-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { OutboxEventType } from '#services/kernel/outbox/event-data/events.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import { bookUnusedCredit } from '../model/book-unused-credit.js'
import { takeBackUnusedCredit } from '../model/credit-first.js'
import { changeText, type PublishedStatus } from './change-text.js'
import type { RebasedTerms } from './decide-terms.js'
import { findChange } from '../model/change-queries.js'
import { schedulePush, scheduleAgain } from '../model/schedule-push.js'

type ChangeEventType = Extract<OutboxEventType, `subscription.change_${string}`>

/** Event types of transitions; the subscription itself publishes the completion. */
const EVENTS: Record<PublishedStatus, ChangeEventType> = {
  SCHEDULED: 'subscription.change_scheduled',
  CANCELED: 'subscription.change_canceled',
  REQUIRES_CONFIRMATION: 'subscription.change_requires_confirmation',
  SUPERSEDED: 'subscription.change_superseded',
  FAILED: 'subscription.change_failed',
}

/**
 * Changes the status of a change and publishes it. The same status, or a transition that is not allowed, changes
 * nothing. The caller holds the account lock.
 */
export async function transitionChange(
  context: BillingContext,
  transaction: Transaction,
  move: Move,
): Promise<boolean> {
  const { id, to, failureReason: reason, actionUrl, rebase } = move
  const change = await findChange(transaction, id)
  if (change && rebase) return rebasePlanned(context, transaction, change, rebase)
  if (!change || !canTransitionChange(change.status, to)) return false
  // A planned change takes the place of the one planned before.
  if (to === 'SCHEDULED') await supersedePlanned(context, transaction, change)
  await transaction.query
    .updateTable('subscription_change')
    .set({ status: to, failureReason: reason, actionUrl })
    .where('id', '=', id)
    .where('accountId', '=', change.accountId)
    .execute()
  if (to === 'APPLIED') await bookUnusedCredit(context, transaction, change)
  if (to === 'FAILED' || to === 'SUPERSEDED') await takeBackUnusedCredit(context, transaction, change)
  await recordMove(context, transaction, change, move)
  // Another change removed the planned change from the provider, so it is scheduled again.
  if (to === 'APPLIED' || to === 'FAILED') await scheduleAgain(context, transaction, change.subscriptionId)
  return true
}

interface Move {
  readonly id: string
  readonly to: SubscriptionChangeStatus
  readonly failureReason?: string
  readonly actionUrl?: string
  /** Terms from which a planned change continues. */
  readonly rebase?: RebasedTerms
}

async function recordMove(
  context: BillingContext,
  transaction: Transaction,
  change: SubscriptionChangeRow,
  { to, actionUrl, failureReason: reason }: Pick<Move, 'to' | 'actionUrl' | 'failureReason'>,
): Promise<void> {
  // The subscription itself publishes its scheduled end or continuation.
  const isQuiet = change.kind === 'CANCEL' && to !== 'FAILED'
  if (change.kind === 'TRIAL' && to === 'APPLIED') return recordExtension(context, transaction, change)
  if (isQuiet || to === 'APPLIED' || to === 'REQUESTED') return
  const catalog = context.catalog.current()
  await recordAccountEvent(transaction, change.accountId, context.clock.now(), {
    type: EVENTS[to],
    summary: changeText(catalog, change, to),
    outbox: true,
    subject: { __typename: 'BillingSubscription', id: change.subscriptionId },
    data: {
      plan: catalog.planByVersionId.get(change.toPlanVersionId ?? '')?.code ?? null,
      quantity: change.toQuantity,
      effectiveAt: change.effectiveAt,
      actionUrl: actionUrl ?? null,
      failureReason: reason ?? null,
    },
  })
}

async function recordExtension(
  context: BillingContext,
  transaction: Transaction,
  { accountId, subscriptionId, toPlanVersionId, trialUntil, reason }: SubscriptionChangeRow,
): Promise<void> {
  const plan = context.catalog.current().planByVersionId.get(toPlanVersionId ?? '')
  const until = trialUntil!
  await recordAccountEvent(transaction, accountId, context.clock.now(), {
    type: 'subscription.trial_extended',
    outbox: true,
    summary: `An operator extended the trial of ${plan?.name ?? 'the plan'} until ${dayText(until)}: ${reason}`,
    subject: { __typename: 'BillingSubscription', id: subscriptionId },
    data: { plan: plan?.code ?? null, until, reason: reason ?? '' },
  })
}

async function supersedePlanned(
  context: BillingContext,
  transaction: Transaction,
  { subscriptionId, accountId }: SubscriptionChangeRow,
): Promise<void> {
  const reason = 'replaced by another change'
  const replaced = await transaction.query
    .updateTable('subscription_change')
    .set({ status: 'SUPERSEDED', failureReason: reason })
    .where('subscriptionId', '=', subscriptionId)
    .where('accountId', '=', accountId)
    .where('status', '=', 'SCHEDULED')
    .returningAll()
    .execute()
  for (const change of replaced)
    await recordMove(context, transaction, change, { to: 'SUPERSEDED', failureReason: reason })
}

/** Moves a planned change to other terms and schedules it at the provider again. */
async function rebasePlanned(
  context: BillingContext,
  transaction: Transaction,
  { id, accountId }: SubscriptionChangeRow,
  terms: RebasedTerms,
): Promise<boolean> {
  const change = await transaction.query
    .updateTable('subscription_change')
    .set((eb) => ({
      fromPlanVersionId: terms.fromPlanVersionId,
      fromPriceId: terms.fromPriceId,
      fromQuantity: terms.fromQuantity,
      toQuantity: terms.toQuantity,
      effectiveAt: terms.effectiveAt,
      pushedToProvider: false,
      attempt: eb('attempt', '+', 1),
    }))
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('status', '=', 'SCHEDULED')
    .returningAll()
    .executeTakeFirst()
  if (!change) return false
  await schedulePush(context, transaction, change)
  await recordMove(context, transaction, change, { to: 'SCHEDULED' })
  return true
}
