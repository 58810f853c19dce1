import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { CheckoutStatus } from '#entities/billing/checkout-state.js'
import type { FetchedCheckout, PaymentPort } from '#services/billing/providers/port.js'
import type { FetchedSubscription } from '#services/billing/providers/subscription-port.js'
import type { ProviderPeriod } from '#services/billing/providers/listing-port.js'
import { compareSync } from '#services/billing/subscriptions/compare-sync.js'
import { forEachConcurrently } from '#services/kernel/event-loop/for-each-concurrently.js'
import { DeferredEvent, UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import {
  decideCheckoutDrift,
  decideSubscriptionDrift,
  decideSyncedDrift,
  type Difference,
  type ScheduledPlan,
  type TheirSubscription,
} from './decide-drift.js'
import { inChunks } from './money/in-chunks.js'
import {
  existingCustomers,
  missingEvents,
  localCheckouts,
  localSubscriptions,
  plansByPrice,
  runningSubscriptions,
  sessionsWithin,
  existingSubscriptions,
  type OurSubscriptionRow,
} from './money/load-local-state.js'
import { Stopped } from './until-stopped.js'

const CHUNK = 100
/** Comparisons at the same time. Most need the database only, so the limits of a provider, of 100 calls a second and more, are kept. */
const AT_ONCE = 4

/** A compared object of the provider, and its differences. */
export interface Finding extends Difference {
  /** As `subscription:sub_…`. */
  readonly object: string
  /** A missing event, ready to be taken in. */
  readonly event?: ReceivedEvent
  /** Set for a subscription of an unknown customer. */
  readonly customerId?: string
}

/** A compared chunk: the number of objects and their differences. */
export interface Compared {
  readonly checked: number
  readonly findings: readonly Finding[]
  /** Error of objects that could not be compared. The others of the chunk were. */
  readonly failure?: Error | null
  /** Reasons, by object, for which those objects could not be compared. */
  readonly uncompared?: ReadonlyMap<string, string>
}

/** Events that the provider says it sent, and that are not here. */
export async function* findMissingEvents(
  context: BillingContext,
  port: PaymentPort,
  period: ProviderPeriod,
): AsyncIterable<Compared> {
  for await (const events of inChunks(port.listEvents(period), CHUNK)) {
    const missing = await missingEvents(context.database, port.provider, events)
    const findings = events
      .filter((event) => missing.has(event.eventId))
      .map((event): Finding => {
        const theirs = { id: event.eventId, type: event.type }
        return { kind: 'missing_event', object: `event:${event.eventId}`, ours: null, theirs, event }
      })
    yield { checked: events.length, findings }
  }
}

/** Subscriptions, from their side and then from ours. */
export async function* findSubscriptionDrift(context: BillingContext, port: PaymentPort): AsyncIterable<Compared> {
  const { database } = context
  const plans = await plansByPrice(database, port.provider)
  const seen = new Set<string>()
  for await (const theirs of inChunks(port.listSubscriptions(existingSubscriptions(database, port.provider)), CHUNK)) {
    const ids = theirs.map((subscription) => subscription.externalId)
    const ours = await localSubscriptions(database, port.provider, ids, context.clock.now())
    const customers = await existingCustomers(
      database,
      port.provider,
      theirs.map((subscription) => subscription.customerId),
    )
    for (const id of ids) seen.add(id)
    yield await compareEach(context, theirs, async (subscription) => {
      const { externalId, customerId } = subscription
      const known = ours.get(externalId) ?? null
      const differences = await differencesOf(context, port, { ours: known, theirs: subscription, plans, customers })
      return differences.map((difference) => named(externalId, difference, customerId))
    })
  }
  yield* findExtraSubscriptions(context, port, plans, seen)
}

/** Our subscriptions that the provider did not list: it can still have them when fetched one by one. */
async function* findExtraSubscriptions(
  context: BillingContext,
  port: PaymentPort,
  plans: ReadonlyMap<string, { id: string; code: string }>,
  seen: ReadonlySet<string>,
): AsyncIterable<Compared> {
  let after = ''
  for (;;) {
    const page = { after, limit: CHUNK }
    const running = await runningSubscriptions(context.database, port.provider, context.clock.now(), page)
    const unlisted = running.filter((subscription) => !seen.has(subscription.externalId))
    const compared = await compareEach(context, unlisted, async (ours) => {
      const fetched = await port.fetchSubscription(ours.externalId)
      const customers = new Set(fetched ? [fetched.customerId] : [])
      const differences = await differencesOf(context, port, { ours, theirs: fetched, plans, customers })
      return differences.map((difference) => named(ours.externalId, difference))
    })
    if (compared.checked > 0) yield compared
    if (running.length < CHUNK) return
    after = running.at(-1)!.id
  }
}

/** Compares subscriptions, some at the same time. The error of one ends only its own comparison. */
async function compareEach<Item extends { readonly externalId: string }>(
  context: BillingContext,
  subscriptions: readonly Item[],
  compare: (subscription: Item) => Promise<Finding[]>,
): Promise<Compared> {
  const found = new Map<Item, Finding[]>()
  const uncompared = new Map<string, string>()
  const errors: Error[] = []
  await forEachConcurrently(subscriptions, AT_ONCE, async (subscription) => {
    try {
      found.set(subscription, await compare(subscription))
    } catch (error) {
      if (error instanceof Stopped) throw error
      const reason = error instanceof Error ? error.message : String(error)
      uncompared.set(objectOf(subscription.externalId), reason)
      errors.push(
        new Error(`Subscription ${subscription.externalId} could not be compared: ${reason}`, { cause: error }),
      )
    }
  })
  const [failure = null] = errors
  if (failure) context.log.error({ err: failure, count: errors.length }, 'subscriptions could not be compared')
  const findings = subscriptions.flatMap((subscription) => found.get(subscription) ?? [])
  return { checked: subscriptions.length, findings, failure, uncompared }
}

interface BothSides {
  readonly ours: OurSubscriptionRow | null
  readonly theirs: FetchedSubscription | null
  readonly plans: ReadonlyMap<string, { id: string; code: string }>
  readonly customers: ReadonlySet<string>
}

async function differencesOf(
  context: BillingContext,
  port: PaymentPort,
  { ours, theirs, plans, customers }: BothSides,
): Promise<Difference[]> {
  const held = theirs && withLocalState(theirs, ours, context.clock.now())
  const decided = decideSubscriptionDrift(ours, held && throughOurPrices(held, plans, customers))
  return decided.length > 0 || !theirs ? decided : findSyncedDrift(context, port, theirs, ours)
}

/**
 * Differences that only a sync shows, in all members of the subscription. The list can be older than our copy, and contains less than
 * the subscription, so a difference is confirmed with a separate read.
 */
async function findSyncedDrift(
  context: BillingContext,
  port: PaymentPort,
  listed: FetchedSubscription,
  known: OurSubscriptionRow | null,
): Promise<Difference[]> {
  const hasEnded = (status: FetchedSubscription['status']) => TERMINAL_STATUSES.includes(status)
  if (hasEnded(listed.status) && (!known || hasEnded(known.status))) return []
  try {
    if ((await compareSync(context, port, listed)).length === 0) return []
    const fetched = (await port.fetchSubscription(listed.externalId)) ?? listed
    const found = await compareSync(context, port, fetched)
    const isMissing = found.some(({ member, ours }) => OWN_ROWS.includes(member) && ours === null)
    if (isMissing) return [{ kind: 'missing_subscription', ours: null, theirs: { status: fetched.status } }]
    return decideSyncedDrift(found)
  } catch (error) {
    if (error instanceof DeferredEvent && known)
      return [{ kind: 'unknown_customer', ours: { status: known.status }, theirs: { customer: listed.customerId } }]
    // A subscription of another business on the same provider account has prices that are not ours.
    if (!(error instanceof UnprocessableEvent || error instanceof DeferredEvent)) throw error
    return known ? [{ kind: 'wrong_lines', ours: null, theirs: { unreadable: error.message } }] : []
  }
}

const OWN_ROWS: readonly string[] = ['billing_subscription', 'product_subscription']

/** Statuses without a debt. */
const HEALTHY: readonly string[] = ['ACTIVE', 'TRIALING', 'PAUSED']

/** Normalizes statuses that only differ in name: paid, not started, or in the grace period. */
function withLocalState(theirs: FetchedSubscription, ours: OurSubscriptionRow | null, now: Date): FetchedSubscription {
  if (!ours) return theirs
  const same =
    (theirs.status === 'CANCELED' && theirs.paidUntil !== null && theirs.paidUntil > now && !ours.endsAtOnce) ||
    (theirs.status === 'TRIALING' && ours.startsLater) ||
    (theirs.status === 'UNPAID' && ours.status === 'PAST_DUE') ||
    (theirs.unpaidPeriod && ours.status === 'PAST_DUE') ||
    // The catalog decides about access in a pause.
    (ours.paused && [theirs, ours].every(({ status }) => HEALTHY.includes(status))) ||
    // Canceled at the period end, where the provider only stops charging.
    (theirs.status === 'PAUSED' && ours.endsLater)
  return same && !TERMINAL_STATUSES.includes(ours.status) ? { ...theirs, status: ours.status } : theirs
}

function throughOurPrices(
  { status, items, customerId, scheduled, cancelAt, discounts }: FetchedSubscription,
  plans: ReadonlyMap<string, { id: string; code: string }>,
  customers: ReadonlySet<string>,
): TheirSubscription {
  const item = items.find(({ priceExternalId }) => plans.has(priceExternalId))
  return {
    status,
    plan: item ? { ...plans.get(item.priceExternalId)!, quantity: item.quantity } : null,
    customerKnown: customers.has(customerId),
    discounts,
    scheduled: item && scheduled && !cancelAt ? scheduledPlan(scheduled, item, plans) : null,
  }
}

/** The plan of a change that is still to be made. Its lines may hold no plan of ours. */
function scheduledPlan(
  { at, lines }: NonNullable<FetchedSubscription['scheduled']>,
  { currentPeriodStart }: FetchedSubscription['items'][number],
  plans: ReadonlyMap<string, { id: string; code: string }>,
): ScheduledPlan | null {
  if (currentPeriodStart && at <= currentPeriodStart) return null
  const line = lines.find(({ priceExternalId }) => plans.has(priceExternalId))
  const price = line?.priceExternalId ?? null
  return { code: plans.get(price ?? '')?.code ?? 'unknown', quantity: line?.quantity ?? 0, price, at }
}

const objectOf = (externalId: string): string => `subscription:${externalId}`

const named = (externalId: string, difference: Difference, customerId?: string): Finding => ({
  ...difference,
  object: objectOf(externalId),
  ...(customerId ? { customerId } : {}),
})

/** Checkouts that were paid at the provider but not completed here. */
export async function* findCheckoutDrift(
  context: BillingContext,
  port: PaymentPort,
  period: ProviderPeriod,
): AsyncIterable<Compared> {
  for await (const theirs of inChunks(
    port.listCheckouts(period, sessionsWithin(context.database, port.provider, period)),
    CHUNK,
  )) {
    const ours = await localCheckouts(
      context.database,
      port.provider,
      theirs.map((checkout) => checkout.sessionId),
    )
    yield { checked: theirs.length, findings: theirs.flatMap((checkout) => checkoutFindings(ours, checkout)) }
  }
}

function checkoutFindings(ours: ReadonlyMap<string, CheckoutStatus>, theirs: FetchedCheckout): Finding[] {
  const status = ours.get(theirs.sessionId)
  if (!status) return []
  const object = `checkout:${theirs.sessionId}`
  return decideCheckoutDrift(status, theirs).map((difference): Finding => ({ ...difference, object }))
}

/** Compares the subscription or checkout of a difference again. Throws if the provider no longer has it, unless that was the difference. */
export async function compareObject(
  context: BillingContext,
  port: PaymentPort,
  { kind, object }: Pick<Finding, 'kind' | 'object'>,
): Promise<Finding[]> {
  const { database, clock } = context
  const [type, id = ''] = object.split(':', 2)
  if (type === 'checkout') {
    const checkout = await port.fetchCheckout(id)
    if (!checkout) throw new Error(`The provider does not know checkout ${id}.`)
    return checkoutFindings(await localCheckouts(database, port.provider, [id]), checkout)
  }
  const theirs = await port.fetchSubscription(id)
  if (!theirs && kind !== 'extra_subscription') throw new Error(`The provider does not know subscription ${id}.`)
  const ours = (await localSubscriptions(database, port.provider, [id], clock.now())).get(id) ?? null
  const plans = await plansByPrice(database, port.provider)
  const customers = await existingCustomers(database, port.provider, theirs ? [theirs.customerId] : [])
  const differences = await differencesOf(context, port, { ours, theirs, plans, customers })
  return differences.map((difference) => named(id, difference, theirs?.customerId))
}
