import type { BillingSubscriptionRow } from '../../../../entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '../../../../entities/billing/subscription-change.entity.js'
import type { SubscriptionItemRow } from '../../../../entities/billing/subscription-item.entity.js'
import type { BillingContext } from '../../billing-context.js'
import { cancelDue } from '../../../kernel/due/schedule-due.js'
import { lockAccount } from '../../../identity/accounts/raise-version.js'
import { ProviderRefused, type PaymentPort } from '../../providers/port.js'
import type { ChangeOutcome, LinesChange, LineTarget, TrialEffect } from '../../providers/subscription-port.js'
import { attemptKey } from './attempts.js'
import { moveChange } from './move-change.js'
import { TELL_CHANGE } from './schedule-tell.js'
import { chargeAgain, STOP_CHARGING } from './stop-charging.js'
import { endAtOnce } from '../end-at-once.js'
import { stateOf, type SubscriptionState } from './subscription-state.js'

const APPLIED: ChangeOutcome = { kind: 'APPLIED' }

/** Requests a change from the provider, each kind in its own words, under the key of the present attempt. */
export async function askProvider(
  context: BillingContext,
  port: PaymentPort,
  subscription: BillingSubscriptionRow,
  change: SubscriptionChangeRow,
): Promise<ChangeOutcome> {
  const { externalId } = subscription
  if (change.kind === 'CANCEL') {
    const { at, reason, accountId } = change
    const idempotencyKey = attemptKey(change)
    if (at === 'NOW') await endAtOnce(context, port, { accountId, externalId, reason, idempotencyKey })
    else await port.endSubscription({ externalId, at, reason, idempotencyKey })
    return APPLIED
  }
  if (change.kind === 'RESUME' && !change.toPriceId) {
    // An end that was only planned here is taken back here.
    if (await takeBackPlannedEnd(context, subscription.id)) {
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
  const state = await stateOf(context.database, context.catalog.current(), subscription)
  if (!state) throw new ProviderRefused('the subscription has no line of a plan', false)
  // Newer terms at the same price: there is nothing to tell.
  const line = state.planItem
  const isSame = line.priceId === change.toPriceId && line.quantity === change.toQuantity
  if (change.kind === 'PLAN' && isSame && !state.planned) return APPLIED
  // What the provider was never told needs no taking back there.
  if (change.kind === 'RESUME' && state.planned && !state.planned.told) return APPLIED
  if (change.kind === 'PLAN' && change.at === 'NOW') await restoreLine(context, port, state, change)
  return port.changeLines(await linesChange(context, port, state, change))
}

async function takeBackPlannedEnd(context: BillingContext, subscriptionId: string): Promise<boolean> {
  return context.database.transaction(async (transaction) => {
    const planned = await transaction.row<SubscriptionChangeRow>(
      `select * from subscription_change where subscription_id = $1 and kind = 'CANCEL' and status = 'PLANNED' and not told`,
      [subscriptionId],
    )
    if (!planned) return false
    await lockAccount(transaction, planned.accountId)
    await cancelDue(transaction, TELL_CHANGE, planned.id)
    await cancelDue(transaction, STOP_CHARGING, planned.id)
    return moveChange(context, transaction, { id: planned.id, to: 'UNDONE' })
  })
}

/** Before a change now, the line is given back its paid price: else the time already paid would be counted at that of the planned one. */
async function restoreLine(
  context: BillingContext,
  port: PaymentPort,
  state: SubscriptionState,
  change: SubscriptionChangeRow,
): Promise<void> {
  if (!isOnLine(state)) return
  // From here on the provider shows the terms before the planned change. It stands in our notes, and is told again afterwards.
  await context.database.run(
    `update subscription_change set told = false, attempt = attempt + 1 where id = $1 and status = 'PLANNED'`,
    [state.planned!.id],
  )
  const back = { ...change, kind: 'RESUME' as const, toPriceId: change.fromPriceId, toQuantity: change.fromQuantity }
  const request = await linesChange(context, port, state, back)
  await port.changeLines({ ...request, idempotencyKey: `${attemptKey(change)}:restore` })
}

const isOnLine = ({ planned, planItem }: SubscriptionState): boolean =>
  planned?.kind === 'PLAN' && planItem.priceId === planned.toPriceId && planItem.quantity === planned.toQuantity

type AskedLines = Pick<
  SubscriptionChangeRow,
  'id' | 'attempt' | 'kind' | 'at' | 'asOf' | 'fromPriceId' | 'toPriceId' | 'toQuantity' | 'trialUntil'
>

/** A change of lines as the port takes it; a preview makes the same. */
export async function linesChange(
  context: BillingContext,
  port: PaymentPort,
  state: SubscriptionState,
  change: AskedLines,
): Promise<LinesChange> {
  const { subscription } = state
  const line: LineTarget = {
    externalId: lineOf(state, change)?.externalId ?? null,
    priceExternalId: await priceAtProvider(context, port, change.toPriceId!),
    quantity: change.toQuantity!,
  }
  const intervalOf = (priceId: string | null) => context.catalog.current().priceById.get(priceId ?? '')?.interval
  const asPlan = change.kind === 'PLAN'
  return {
    externalId: subscription.externalId,
    lines: [line],
    // What is planned is taken back without settling anything: it never cost anything.
    at: change.kind === 'RESUME' ? 'PERIOD_END' : change.at,
    asOf: change.asOf,
    periodEnd: subscription.currentPeriodEnd ?? change.asOf,
    restartsPeriod: asPlan && intervalOf(change.fromPriceId) !== intervalOf(change.toPriceId),
    trial: subscription.status === 'TRIALING' ? effectOnTrial(change) : null,
    idempotencyKey: attemptKey(change),
  }
}

/** Only what holds now may end a trial; what is planned, or taken back, leaves it as it is. */
function effectOnTrial({ kind, at, trialUntil }: AskedLines): TrialEffect {
  if (kind === 'RESUME' || at === 'PERIOD_END') return { kind: 'CONTINUES', until: null }
  return trialUntil ? { kind: 'CONTINUES', until: trialUntil } : { kind: 'ENDS' }
}

/** The line that a change is about: the plan's, or that of the add-on, when it is there. */
function lineOf(state: SubscriptionState, change: AskedLines): SubscriptionItemRow | undefined {
  if (change.kind !== 'ADDON') return state.planItem
  return state.addons.find(({ item }) => item.priceId === change.toPriceId)?.item
}

async function priceAtProvider(context: BillingContext, port: PaymentPort, priceId: string): Promise<string> {
  const row = await context.database.row<{ externalId: string }>(
    `select external_id from provider_price where provider = $1 and price_id = $2`,
    [port.provider, priceId],
  )
  if (!row)
    throw new ProviderRefused('the price has not been pushed to the provider: run "npm run catalog -- push"', true)
  return row.externalId
}
