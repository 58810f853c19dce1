import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { SubscriptionChangeStatus } from '#entities/billing/subscription-change-state.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { deniedFor, refused, remedy, retry, type Refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { creditFirst, giveCreditNow } from '#services/billing/model/credit-first.js'
import { ProviderRejected, ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { subscriptionConflict, type SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import { readSubscription } from '#services/billing/model/subscription-queries.js'
import { subscriptionOfChange } from '#services/billing/model/subscription-of-change.js'
import { syncSubscription } from '../sync-subscription.js'
import { sendChangeToProvider } from './send-change.js'
import { countFailedAttempt } from './attempts.js'
import { hasEnded, resolveEarlierAttempt } from './earlier-attempt.js'
import { CONFIRMATION_EXPIRE } from './expire-confirmation.js'
import { findChange } from '#services/billing/model/change-queries.js'
import { promotionRejected } from './find-promotion-of-change.js'
import { transitionChange } from '../transition-change.js'
import { noActiveSubscription, notInTrial, providerUnavailable } from '#services/billing/model/change-denials.js'
import { scheduleLocalEnd } from './schedule-local-end.js'

export interface ExecutedChange {
  readonly kind: 'changed'
  readonly subscription: BillingSubscriptionRow
  readonly change: SubscriptionChangeRow
}

/**
 * Requests the change from the provider, then reads the subscription. A call that finds the row still `REQUESTED` (a repeat, a retry after a
 * crash, the sweeper) reads the provider first. It repeats a recent request only and drops an older one.
 */
export async function executeChange(
  context: BillingContext,
  change: SubscriptionChangeRow,
): Promise<ExecutedChange | Denied> {
  if (change.status !== 'REQUESTED') return answer(context, change.id)
  if (!change.pushedToProvider) {
    await scheduleLocalEnd(context, change)
    return answer(context, change.id)
  }
  try {
    const resolved = await resolveEarlierAttempt(context, change)
    const { port, subscription: before } = await subscriptionOfChange(context, change)
    if (resolved === 'SETTLED') return await answer(context, change.id)
    if (resolved === 'TOO_OLD')
      return await fail(context, change, tooOld(change, before), 'the provider did not respond in time')
    if (change.unusedTime?.beginsPeriod) await creditFirst(context, change)
    const outcome = await sendChangeToProvider(context, port, before, change)
    if (outcome.kind === 'DECLINED')
      return await fail(context, change, failureOf(change, outcome.reason), outcome.reason)
    if (outcome.kind === 'CONFIRM') {
      await move(context, change, 'REQUIRES_CONFIRMATION', outcome)
      return await answer(context, change.id)
    }
    await syncSubscription(context, port, before.externalId)
    // The sync has already recorded it if the lines show it.
    await move(context, change, change.at === 'PERIOD_END' && change.kind === 'PLAN' ? 'SCHEDULED' : 'APPLIED')
    if (change.unusedTime) await giveCreditNow(context, change)
    return await answer(context, change.id)
  } catch (error) {
    if (error instanceof ProviderRejected)
      return error.about === 'PROMOTION'
        ? fail(context, change, promotionRejected(change.promotionCode), error.message)
        : afterRejection(context, change, error.message)
    if (!(error instanceof ProviderUnavailable)) throw error
    await countFailedAttempt(context, change)
    context.log.warn(
      { err: error, change: change.id, requestId: context.requestId },
      'subscription change failed, intent kept for retry',
    )
    return denied(providerUnavailable(context))
  }
}

/**
 * A refund, or the provider itself, can have ended the subscription since it was read: then a cancellation has its effect, and no other change is
 * possible.
 */
async function afterRejection(
  context: BillingContext,
  change: SubscriptionChangeRow,
  reason: string,
): Promise<ExecutedChange | Denied> {
  const read = await resolveEarlierAttempt(context, { ...change, attempt: change.attempt + 1 }).catch(
    (error: unknown) => {
      if (error instanceof ProviderUnavailable) return 'NONE'
      throw error
    },
  )
  if (read !== 'SETTLED')
    return fail(context, change, (await hasEnded(context, change)) ? noActiveSubscription() : notAccepted(), reason)
  const { status } = (await findChange(context.database, change.id))!
  return status === 'SUPERSEDED' ? fail(context, change, noActiveSubscription(), reason) : answer(context, change.id)
}

async function answer(context: BillingContext, id: string): Promise<ExecutedChange | Denied> {
  const change = (await findChange(context.database, id))!
  if (change.status === 'FAILED') return denied(failureOf(change, change.failureReason ?? 'The change failed.'))
  return { kind: 'changed', change, subscription: await readSubscription(context.database, change.subscriptionId) }
}

async function move(
  context: BillingContext,
  { id, accountId }: SubscriptionChangeRow,
  to: SubscriptionChangeStatus,
  input: { failureReason?: string; actionUrl?: string; hours?: number | null } = {},
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await transitionChange(context, transaction, { id, to, ...input })
    if (!input.hours) return
    const runAt = new Date(context.clock.now().getTime() + input.hours * 3_600_000)
    await scheduleJob(transaction, { kind: CONFIRMATION_EXPIRE, key: id, accountId, runAt })
  })
}

/** Nothing was changed, and trying again under the same key must work. */
async function fail(
  context: BillingContext,
  change: SubscriptionChangeRow,
  denial: Refused | SubscriptionConflict,
  reason: string,
): Promise<Denied> {
  if (denial.code === 'PROVIDER_UNAVAILABLE')
    context.log.error(
      { change: change.id, reason, requestId: context.requestId },
      'subscription change rejected by the provider',
    )
  await move(context, change, 'FAILED', { failureReason: reason })
  await context.database.query
    .deleteFrom('idempotency_key')
    .where('resultType', '=', 'SubscriptionChange')
    .where('resultId', '=', change.id)
    .where('accountId', '=', change.accountId)
    .execute()
  return denied(deniedFor(change.accountId, denial))
}

/** An extension of a trial charges nothing, so it fails only if the trial has ended. */
const failureOf = ({ kind }: SubscriptionChangeRow, reason: string): Refused =>
  kind === 'TRIAL' ? notInTrial() : paymentFailed(reason)

const paymentFailed = (reason: string): Refused =>
  refused('PAYMENT_FAILED', `The payment failed and nothing was changed: ${reason}`, {
    remedies: [remedy('CONTINUE_CHECKOUT', 'Change the card and try again', { mutation: 'openBillingPortal' })],
  })

const MUTATIONS = {
  PLAN: 'changePlan',
  ADDON: 'addAddon',
  RESUME: 'resumeSubscription',
  CANCEL: 'cancelSubscription',
  PAUSE: 'pauseSubscription',
  TRIAL: 'extendTrial',
}

const tooOld = (
  { kind, toQuantity }: SubscriptionChangeRow,
  subscription: BillingSubscriptionRow,
): SubscriptionConflict =>
  subscriptionConflict(subscription, 'The payment provider did not respond in time. Nothing was changed.', [
    remedy('CHANGE_PLAN', 'Request the change again', {
      mutation: kind === 'ADDON' && toQuantity === 0 ? 'removeAddon' : MUTATIONS[kind],
      retry: retry(),
    }),
  ])

const notAccepted = (): Refused =>
  refused('PROVIDER_UNAVAILABLE', 'The payment provider rejected this change. The operator has been notified.')
