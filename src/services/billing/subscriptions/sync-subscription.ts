import { isDeepStrictEqual } from 'node:util'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { DeferredEvent, UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import { withOriginatingRequest } from '../model/originating-request.js'
import { accountOfCustomer } from '../customers/ensure-customer.js'
import { collectOfAccount } from '../model/collect-overage.js'
import { endIncluded } from '../model/end-included.js'
import { nextFence } from '../model/fetch-fence.js'
import { followNegotiatedPlans } from '../model/follow-negotiated-plans.js'
import { sendNotices } from '../notices/send-notices.js'
import type { PaymentPort } from '../providers/port.js'
import { recordRecurringPeriod, timeOfChange } from './record-recurring-period.js'
import { projectProductSubscription } from './sync-product-subscription.js'
import { ourSubscription, rowsOfSubscription } from '../book/our-subscription.js'
import { applyLocalState } from './apply-local-state.js'
import { keepScheduled } from './keep-scheduled.js'
import { transitionChange } from './transition-change.js'
import { endsUnpaidTime } from './decide-pause.js'
import { decideGrace, decideSubscription, entitles, repairing, type Projection } from './decide-subscription.js'
import { decideTerms, type Terms } from './decide-terms.js'
import { awaitsSecondRead } from './reopened-subscription.js'
import { scheduleGraceEnd } from './schedule-grace-end.js'
import { mapItems } from './map-items.js'
import { applyEntitlements, openAssignments } from './apply-entitlements.js'
import { readRaises } from './read-raises.js'
import { scheduledTerms, type ScheduledTerms } from './scheduled-terms.js'
import type { ReadSubscription, SubscriptionUpdate } from './fetched-subscription.js'
import { areAddonsOutdated, suspensionOf } from './suspension.js'
import { scheduleDuplicateSubscriptionRefund, isDuplicate } from '../model/is-duplicate.js'
import { publishSubscriptionEvent } from './publish-subscription-event.js'
import { followPayments } from '../sales/follow-payments.js'
import { isRepeatedTrial, recordTrial, refuseTrial } from '../model/trial-records.js'
import { assertMatchesCheckout, isHeldBack, type SubscriptionSync } from '../model/originating-checkout.js'
import { addonChange, writeSubscription } from './write-subscription.js'

/** Syncs a subscription from the provider: updates the row, the entitlements and the events in one transaction. */
export async function syncSubscription(
  context: BillingContext,
  port: PaymentPort,
  externalId: string,
  options: SubscriptionSync = {},
): Promise<string[]> {
  const fence = options.read?.fence ?? (await nextFence(context.database))
  const fetched = options.read?.fetched ?? (await port.fetchSubscription(externalId))
  if (!fetched) throw new UnprocessableEvent(`subscription ${externalId} not found at the provider`)
  const update = await ownedUpdate(context, { port, fence, fetched })
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, update.accountId)
    return applyUpdate(context, transaction, update, options)
  })
}

/** A subscription as the provider reports it, with its account and the items of the catalog. */
export async function ownedUpdate(
  context: BillingContext,
  { port, fence, fetched }: Pick<ReadSubscription, 'port' | 'fence' | 'fetched'>,
): Promise<ReadSubscription> {
  const { provider } = port
  const owner = await accountOfCustomer(context, provider, fetched.customerId)
  if (!owner) throw new DeferredEvent(`customer ${fetched.customerId} is not recorded yet`)
  const { accountId, adoptedAt } = owner
  const isAdopted = adoptedAt !== null && fetched.startedAt <= adoptedAt
  return { port, provider, fence, fetched, accountId, items: await mapItems(context, provider, fetched), isAdopted }
}

/** Writes a subscription, its entitlements and its events. The caller holds the account's lock. */
export async function applyUpdate(
  context: BillingContext,
  transaction: Transaction,
  read: ReadSubscription,
  options: SubscriptionSync,
): Promise<string[]> {
  const ours = await ourSubscription(transaction, read)
  const update = await applyLocalState(context, transaction, { ...read, ours })
  if (!update.isAdopted && (await isDuplicate(context, transaction, update)))
    return scheduleDuplicateSubscriptionRefund(context, transaction, update)
  if (!update.items.some((item) => item.planId))
    return projectProductSubscription(context, transaction, update, options)
  if (update.isAdopted) return project(context, transaction, update, options)
  if (await isRepeatedTrial(context, transaction, update)) return refuseTrial(context, transaction, update)
  return project(context, transaction, update, options)
}

/** Under the account lock: decides from the earlier and the current state, and writes and publishes the decision. */
async function project(
  anyContext: BillingContext,
  transaction: Transaction,
  update: SubscriptionUpdate,
  options: SubscriptionSync,
): Promise<string[]> {
  const { accountId, fetched, provider, ours } = update
  const { row: previous } = ours
  if (previous && previous.fence > update.fence) return []
  if (previous && (await awaitsSecondRead(transaction, previous, update)))
    return [`subscription ${fetched.externalId} had ended and reads as running: a later read decides`]
  const purchased = previous ? null : ours.checkout
  if (purchased && isHeldBack(purchased))
    return [`subscription ${fetched.externalId} grants nothing: an operator decides about its checkout`]
  // The start belongs to the originating request; later changes do not.
  const context = withOriginatingRequest(anyContext, purchased?.requestId ?? null)
  const id = previous?.id ?? transaction.newId('sub')
  const scheduled = await scheduledTerms(transaction, update)
  if (purchased) assertMatchesCheckout(context.catalog.current(), update, purchased, options)
  const terms = termsOf(context, update, scheduled)
  const catalog = context.catalog.current()
  const suspension = await suspensionOf(transaction, catalog, update, context.clock.now())
  const next = projectionOf(context, update, { terms, suspendedAt: suspension.since })
  const outdated = { subscriptionId: id, suspended: suspension.addons }
  const addons =
    previous &&
    (addonChange(update) ??
      (entitles(next) && (await areAddonsOutdated(transaction, catalog, update, outdated)) ? 'changed' : null))
  const decided = decideSubscription(previous, next, addons)
  const decision = options.repairs ? repairing(decided, next) : decided
  const raises = await readRaises(context, transaction, { update, next, change: terms.change })

  // The minimum of a window of the pause is not owed, and a report after the end of the pause does not know of it.
  if (previous?.pause && !next.pause)
    await collectOfAccount(transaction, catalog, { accountId, provider, now: context.clock.now() })
  await writeSubscription(transaction, update, id, next)
  if (next.status === 'TRIALING') await recordTrial(transaction, { accountId, planId: terms.plan.id }, fetched)
  await followNegotiatedPlans(context, transaction, { id, accountId, items: update.items, next })
  for (const move of terms.moves) await transitionChange(context, transaction, move)
  const goesOn = Boolean(previous?.cancelAt) && !next.cancelAt
  await keepScheduled(context, transaction, id, { scheduled, goesOn })
  await recordRecurringPeriod(
    transaction,
    { id, accountId },
    timeOfChange({ previous, next, fetched }, context.clock.now()),
  )
  if (previous?.graceUntil || next.graceUntil)
    await scheduleGraceEnd(transaction, { id, accountId, graceUntil: next.accessEndedAt ? null : next.graceUntil })
  const before = options.repairs ? await rowsOfSubscription(transaction, update) : null
  const suspendedAddons = suspension.addons
  const isResumed = endsUnpaidTime(previous, next)
  await applyEntitlements(context, transaction, {
    id,
    update,
    terms,
    next,
    isResumed,
    raises,
    ...decision,
    suspendedAddons,
  })
  const isRepaired =
    before &&
    !isDeepStrictEqual(openAssignments(before), openAssignments(await rowsOfSubscription(transaction, update)))
  const event = decision.event ?? (isRepaired ? 'subscription.updated' : null)
  if (event)
    await publishSubscriptionEvent(context, transaction, {
      id,
      accountId,
      event,
      plan: terms.plan,
      next,
      changesEntitlements: decision.entitlements !== 'keep',
    })
  if (!next.cancelAt && !TERMINAL_STATUSES.includes(next.status)) await endIncluded(context, transaction, accountId)
  await followPayments(context, transaction, accountId)
  if (update.isAdopted && !previous) return [`adopted ${id}`]
  const noticed = await sendNotices(context, transaction, { id, update, plan: terms.plan, previous, next })
  return [...(event ? [`${event} ${id}`] : []), ...noticed]
}

/** The terms that hold: by the provider's lines, what the checkout offered, and a change that is on its way. */
function termsOf({ catalog }: BillingContext, update: SubscriptionUpdate, scheduled: ScheduledTerms | null): Terms {
  const { row: previous, changes, checkout } = update.ours
  const item = update.items.find((candidate) => candidate.planId)
  const terms =
    item &&
    decideTerms(catalog.current(), {
      item,
      changes,
      ended: TERMINAL_STATUSES.includes(update.fetched.status),
      trialing: update.fetched.status === 'TRIALING',
      trialEnd: update.fetched.trialEnd,
      changePending: update.fetched.changePending,
      linesPaid: update.fetched.linesPaid,
      unpaid: update.fetched.latestInvoice?.unpaid ?? false,
      held: update.port.abilities.changeNow ? null : previous,
      ...(update.port.abilities.schedulesChanges ? { scheduled } : {}),
      heldVersionIds: [previous?.planVersionId, checkout?.planVersionId],
    })
  if (!terms)
    throw new UnprocessableEvent(`subscription ${update.fetched.externalId} has no item that is a plan of this catalog`)
  return terms
}

function projectionOf(
  context: BillingContext,
  { fetched, items, pause = null, ours }: SubscriptionUpdate,
  { terms: { plan, quantity }, suspendedAt }: { readonly terms: Terms; readonly suspendedAt: Date | null },
): Projection {
  const item = items.find((candidate) => candidate.planId)!
  return {
    status: fetched.status,
    planVersionId: plan.versionId,
    quantity,
    currentPeriodStart: item.currentPeriodStart,
    currentPeriodEnd: item.currentPeriodEnd,
    trialEnd: fetched.trialEnd,
    cancelAt: fetched.cancelAt,
    canceledAt: fetched.canceledAt,
    discounts: fetched.discounts,
    suspendedAt,
    pause,
    ...decideGrace(ours.row, fetched.status, context.clock.now(), {
      graceDays: context.catalog.current().dunning.graceDays,
      everPaid: fetched.everPaid,
      failedAt: fetched.latestInvoice?.failedAt ?? null,
    }),
  }
}
