import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { FetchedSubscription } from '#services/billing/providers/subscription-port.js'
import type { ProviderPeriod } from '#services/billing/providers/listing-port.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import type { OpsContext } from '../ops-context.js'
import {
  decideCheckoutDrift,
  decideSubscriptionDrift,
  type Difference,
  type ScheduledPlan,
  type TheirSubscription,
} from './decide-drift.js'
import { inChunks } from './in-chunks.js'
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
} from './load-local-state.js'

const CHUNK = 100

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
}

/** Events that the provider says it sent, and that are not here. */
export async function* findMissingEvents(
  context: OpsContext,
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
export async function* findSubscriptionDrift(context: OpsContext, port: PaymentPort): AsyncIterable<Compared> {
  const { database, clock } = context
  const plans = await plansByPrice(database, port.provider)
  const seen = new Set<string>()
  for await (const theirs of inChunks(port.listSubscriptions(existingSubscriptions(database, port.provider)), CHUNK)) {
    const ids = theirs.map((subscription) => subscription.externalId)
    const ours = await localSubscriptions(database, port.provider, ids, clock.now())
    const customers = await existingCustomers(
      database,
      port.provider,
      theirs.map((subscription) => subscription.customerId),
    )
    for (const id of ids) seen.add(id)
    const findings = theirs.flatMap((subscription) =>
      decideSubscriptionDrift(
        ours.get(subscription.externalId) ?? null,
        throughOurPrices(
          withLocalState(subscription, ours.get(subscription.externalId), clock.now()),
          plans,
          customers,
        ),
      ).map((difference) => named(subscription.externalId, difference, subscription.customerId)),
    )
    yield { checked: theirs.length, findings }
  }
  yield* findExtraSubscriptions(context, port, plans, seen)
}

/** Our subscriptions that the provider did not list: it can still have them when fetched one by one. */
async function* findExtraSubscriptions(
  context: OpsContext,
  port: PaymentPort,
  plans: ReadonlyMap<string, { id: string; code: string }>,
  seen: ReadonlySet<string>,
): AsyncIterable<Compared> {
  let after = ''
  for (;;) {
    const page = { after, limit: CHUNK }
    const running = await runningSubscriptions(context.database, port.provider, context.clock.now(), page)
    const unlisted = running.filter((subscription) => !seen.has(subscription.externalId))
    const findings: Finding[] = []
    for (const ours of unlisted) {
      const fetched = await port.fetchSubscription(ours.externalId)
      const held = fetched && withLocalState(fetched, ours, context.clock.now())
      const theirs = held && throughOurPrices(held, plans, new Set([held.customerId]))
      findings.push(...decideSubscriptionDrift(ours, theirs).map((difference) => named(ours.externalId, difference)))
    }
    if (unlisted.length > 0) yield { checked: unlisted.length, findings }
    if (running.length < CHUNK) return
    after = running.at(-1)!.id
  }
}

/** Normalizes statuses that only differ in name: paid, not started, or in the grace period. */
function withLocalState(
  theirs: FetchedSubscription,
  ours: OurSubscriptionRow | undefined,
  now: Date,
): FetchedSubscription {
  if (!ours) return theirs
  const same =
    (theirs.status === 'CANCELED' && theirs.paidUntil !== null && theirs.paidUntil > now && !ours.endsAtOnce) ||
    (theirs.status === 'TRIALING' && ours.startsLater) ||
    (theirs.status === 'UNPAID' && ours.status === 'PAST_DUE') ||
    (theirs.unpaidPeriod && ours.status === 'PAST_DUE') ||
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
  return { code: plans.get(line?.priceExternalId ?? '')?.code ?? 'unknown', quantity: line?.quantity ?? 0, at }
}

const named = (externalId: string, difference: Difference, customerId?: string): Finding => ({
  ...difference,
  object: `subscription:${externalId}`,
  ...(customerId ? { customerId } : {}),
})

/** Checkouts that were paid at the provider but not completed here. */
export async function* findCheckoutDrift(
  context: OpsContext,
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
    const findings = theirs.flatMap((checkout) => {
      const status = ours.get(checkout.sessionId)
      if (!status) return []
      return decideCheckoutDrift(status, checkout).map((difference): Finding => ({
        ...difference,
        object: `checkout:${checkout.sessionId}`,
      }))
    })
    yield { checked: theirs.length, findings }
  }
}
