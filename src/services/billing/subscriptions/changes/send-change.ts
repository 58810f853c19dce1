import { earlierOf } from '#services/kernel/clock/compare-dates.js'
import { commandLine } from '#services/kernel/command-line.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { cancelJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { priceAtProvider } from '#services/billing/catalog-push/find-price-at-provider.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { ChangeOutcome, LineItemChange, TrialEffect } from '#services/billing/providers/subscription-port.js'
import { endImmediately } from '#services/billing/model/end-immediately.js'
import { attemptKey } from './attempts.js'
import { transitionChange } from '../transition-change.js'
import { PUSH_CHANGE, markUnscheduled } from '#services/billing/model/schedule-push.js'
import { chargeAgain, STOP_CHARGING } from './stop-charging.js'
import { stateOf, type SubscriptionState } from '#services/billing/model/load-subscription-state.js'

const APPLIED: ChangeOutcome = { kind: 'APPLIED' }

/** Requests a change from the provider with the calls for its kind, under the key of the current attempt. */
export async function sendChangeToProvider(
  context: BillingContext,
  port: PaymentPort,
  subscription: BillingSubscriptionRow,
  change: SubscriptionChangeRow,
): Promise<ChangeOutcome> {
  const { externalId } = subscription
  await unscheduleBefore(context, port, change)
  if (change.kind === 'CANCEL') {
    const { at, reason, accountId } = change
    const idempotencyKey = attemptKey(change)
    if (at === 'NOW') await endImmediately(context, port, { accountId, externalId, reason, idempotencyKey })
    else await port.endSubscription({ externalId, at, reason, idempotencyKey })
    return APPLIED
  }
  if (change.kind === 'PAUSE') {
    const invoices = context.catalog.current().pause?.invoices ?? 'void'
    await port.pauseSubscription({ externalId, invoices, idempotencyKey: attemptKey(change) })
    return APPLIED
  }
  if (change.kind === 'RESUME' && !change.toPriceId) {
    // An end that was scheduled only here is removed here.
    if (await cancelScheduledEnd(context, subscription)) {
      await chargeAgain(port, externalId, attemptKey(change))
      return APPLIED
    }
    await port.continueSubscription({
      externalId,
      paused: subscription.status === 'PAUSED',
      idempotencyKey: attemptKey(change),
    })
    return APPLIED
  }
  if (change.kind === 'TRIAL' && subscription.status !== 'TRIALING')
    return { kind: 'DECLINED', reason: 'the trial has ended' }
  const state = await stateOf(context, context.database, context.catalog.current(), subscription)
  if (!state) throw new ProviderRejected('the subscription has no plan item', false)
  // Newer terms at the same price: the provider needs no change.
  const line = state.planItem
  const isSame = line.priceId === change.toPriceId && line.quantity === change.toQuantity
  if (change.kind === 'PLAN' && isSame && !state.planned && !change.promotionId) return APPLIED
  if (change.kind === 'RESUME' && port.removeScheduledChange) {
    await port.removeScheduledChange(externalId)
    return APPLIED
  }
  return port.changeLines(await linesChange(context, port, state, change))
}

/**
 * A change now, or an end, removes the scheduled change from the provider. The change is still planned here, so it is scheduled again
 * afterwards. The mark must precede the call: a schedule that disappears without a mark counts as changed elsewhere.
 */
async function unscheduleBefore(
  context: BillingContext,
  port: PaymentPort,
  { kind, at, subscriptionId, accountId }: SubscriptionChangeRow,
): Promise<void> {
  const replacesIt = kind === 'PLAN' && at === 'PERIOD_END'
  const endsAtOnce = kind === 'CANCEL' && at === 'NOW'
  if (!port.abilities.schedulesChanges || replacesIt || endsAtOnce) return
  await markUnscheduled(context.database, { id: subscriptionId, accountId })
}

async function cancelScheduledEnd(
  context: BillingContext,
  { id: subscriptionId, accountId }: BillingSubscriptionRow,
): Promise<boolean> {
  return context.database.transaction(async (transaction) => {
    const planned = await transaction.query
      .selectFrom('subscription_change')
      .select(['id', 'accountId'])
      .where('subscriptionId', '=', subscriptionId)
      .where('accountId', '=', accountId)
      .where('kind', '=', 'CANCEL')
      .where('status', '=', 'SCHEDULED')
      .where('pushedToProvider', '=', false)
      .executeTakeFirst()
    if (!planned) return false
    await lockAccount(transaction, planned.accountId)
    await cancelJob(transaction, PUSH_CHANGE, planned.id)
    await cancelJob(transaction, STOP_CHARGING, planned.id)
    return transitionChange(context, transaction, { id: planned.id, to: 'CANCELED' })
  })
}

type RequestedLines = Pick<
  SubscriptionChangeRow,
  | 'id'
  | 'attempt'
  | 'kind'
  | 'at'
  | 'asOf'
  | 'fromPriceId'
  | 'fromQuantity'
  | 'toPriceId'
  | 'toQuantity'
  | 'trialUntil'
  | 'unusedTime'
> & { readonly promotionId?: string | null; readonly promotionMonths?: number | null }

/** A change of lines as the port takes it; a preview makes the same. */
export async function linesChange(
  context: BillingContext,
  port: PaymentPort,
  state: SubscriptionState,
  change: RequestedLines,
): Promise<LineItemChange> {
  const { subscription } = state
  const target = async (item: SubscriptionItemRow | undefined, priceId: string, quantity: number) => ({
    externalId: item?.externalId ?? null,
    priceExternalId: await externalPrice(context, port, priceId),
    quantity,
  })
  const line = await target(lineOf(state, change), change.toPriceId!, change.toQuantity!)
  const intervalOf = (priceId: string | null) => context.catalog.current().priceById.get(priceId ?? '')?.interval
  const asPlan = change.kind === 'PLAN'
  const trial = subscription.status === 'TRIALING' ? effectOnTrial(change) : null
  const { planned } = state
  const periodEnd = subscription.currentPeriodEnd ?? change.asOf
  // The trial belongs to the plan before the planned one. If an add-on ends the trial, the planned plan is charged.
  const isPlansTurn = change.kind === 'ADDON' && trial?.kind === 'ENDS' && planned?.kind === 'PLAN'
  return {
    externalId: subscription.externalId,
    lines: [line, ...(isPlansTurn ? [await target(state.planItem, planned.toPriceId!, planned.toQuantity!)] : [])],
    ...(asPlan && change.at === 'PERIOD_END' && change.fromPriceId
      ? { until: [await target(state.planItem, change.fromPriceId, change.fromQuantity!)] }
      : {}),
    // Canceling a scheduled change never prorates, because the change was never charged.
    at: change.kind === 'RESUME' ? 'PERIOD_END' : change.at,
    asOf: change.asOf,
    periodEnd,
    firstPeriodEnd: state.addons.reduce((first, { item }) => earlierOf(item.currentPeriodEnd, first), periodEnd),
    restartsPeriod:
      (asPlan && intervalOf(change.fromPriceId) !== intervalOf(change.toPriceId)) ||
      change.unusedTime?.beginsPeriod === true,
    trial,
    ...(change.promotionId
      ? { promotion: { externalId: change.promotionId, months: change.promotionMonths ?? null } }
      : {}),
    isInvoiced: subscription.daysUntilDue !== null,
    withoutCredit: change.unusedTime !== null,
    idempotencyKey: attemptKey(change),
  }
}

/** Only a change that takes effect now can end a trial. A planned or undone change does not affect it. */
function effectOnTrial({ kind, at, trialUntil }: RequestedLines): TrialEffect {
  if (kind === 'RESUME' || at === 'PERIOD_END') return { kind: 'CONTINUES', until: null }
  return trialUntil ? { kind: 'CONTINUES', until: trialUntil } : { kind: 'ENDS' }
}

/** The line that a change is about: the plan's, or that of the add-on, when it is there. */
function lineOf(state: SubscriptionState, change: RequestedLines): SubscriptionItemRow | undefined {
  if (change.kind !== 'ADDON') return state.planItem
  return state.addons.find(({ item }) => item.priceId === change.toPriceId)?.item
}

async function externalPrice(context: BillingContext, port: PaymentPort, priceId: string): Promise<string> {
  const externalId = await priceAtProvider(context, port, priceId)
  if (!externalId)
    throw new ProviderRejected(
      `the price has not been pushed to the provider: run "${commandLine('catalog push')}"`,
      true,
    )
  return externalId
}
