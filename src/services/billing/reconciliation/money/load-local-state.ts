import type { NotNull } from 'kysely'
import { ENTITLING_STATUSES, TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { CheckoutStatus } from '#entities/billing/checkout-state.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import type { OurSubscription, ScheduledPlan } from '../decide-drift.js'
import {
  findKnownSubscriptions,
  findMissingEvents,
  findRunningSubscriptions,
  findSubscriptions,
} from './local-state.sql.js'

export interface OurSubscriptionRow extends OurSubscription {
  readonly id: string
  readonly externalId: string
  /** It replaces another subscription later. */
  readonly startsLater: boolean
  /** True if it was canceled and runs until its paid period ends. */
  readonly endsLater: boolean
  /** True while a pause of its payments determines its status. */
  readonly paused: boolean
  /** We requested its immediate end. */
  readonly endsAtOnce: boolean
}

/** Our subscriptions by the provider's IDs; one statement for a page of theirs. */
export async function localSubscriptions(
  database: Sql,
  provider: ProviderName,
  externalIds: readonly string[],
  at: Date,
): Promise<Map<string, OurSubscriptionRow>> {
  const rows = await database.rows(findSubscriptions, {
    provider,
    at,
    entitlingStatuses: ENTITLING_STATUSES,
    externalIds,
  })
  return new Map(rows.map((row) => [row.externalId, withDates(row)]))
}

/** A page of our running subscriptions, in the order of their IDs. */
export async function runningSubscriptions(
  database: Sql,
  provider: ProviderName,
  at: Date,
  page: { after: string; limit: number },
): Promise<OurSubscriptionRow[]> {
  const rows = await database.rows(findRunningSubscriptions, {
    provider,
    at,
    entitlingStatuses: ENTITLING_STATUSES,
    terminalStatuses: TERMINAL_STATUSES,
    ...page,
  })
  return rows.map(withDates)
}

/** The database returns dates within JSON as text. */
export type StoredSubscription = Omit<OurSubscriptionRow, 'scheduled'> & {
  readonly scheduled: (Omit<ScheduledPlan, 'at'> & { readonly at: string }) | null
}

const withDates = ({ scheduled, ...row }: StoredSubscription): OurSubscriptionRow => ({
  ...row,
  scheduled: scheduled && { ...scheduled, at: new Date(scheduled.at) },
})

/** Customers of a provider that are recorded here. */
export async function existingCustomers(
  database: Sql,
  provider: ProviderName,
  customerIds: readonly string[],
): Promise<Set<string>> {
  const rows = await database.query
    .selectFrom('billing_customer')
    .select('customerId')
    .where('provider', '=', provider)
    .where('customerId', 'in', customerIds)
    .$narrowType<{ customerId: NotNull }>()
    .execute()
  return new Set(rows.map((row) => row.customerId))
}

/** Our plans by the provider's price ids. */
export async function plansByPrice(
  database: Sql,
  provider: ProviderName,
): Promise<Map<string, { id: string; code: string }>> {
  const rows = await database.query
    .selectFrom('provider_price')
    .innerJoin('price', 'price.id', 'provider_price.priceId')
    .innerJoin('plan', 'plan.productId', 'price.productId')
    .select(['provider_price.externalId', 'plan.id', 'plan.code'])
    .where('provider_price.provider', '=', provider)
    .execute()
  return new Map(rows.map(({ externalId, id, code }) => [externalId, { id, code }]))
}

/** The status of our checkouts, by the provider's sessions. */
export async function localCheckouts(
  database: Sql,
  provider: ProviderName,
  sessionIds: readonly string[],
): Promise<Map<string, CheckoutStatus>> {
  const rows = await database.query
    .selectFrom('checkout')
    .select(['sessionId', 'status'])
    .where('provider', '=', provider)
    .where('sessionId', 'in', sessionIds)
    .$narrowType<{ sessionId: NotNull }>()
    .execute()
  return new Map(rows.map((row) => [row.sessionId, row.status]))
}

/** The sessions that we opened within a period of business time and do not know to be paid. */
export async function* sessionsWithin(
  database: Sql,
  provider: ProviderName,
  { since, until }: { readonly since: Date; readonly until: Date },
): AsyncIterable<string> {
  let after = ''
  for (;;) {
    const page = await database.query
      .selectFrom('checkout')
      .select(['id', 'sessionId'])
      .where('provider', '=', provider)
      .where('sessionId', 'is not', null)
      .where('status', '<>', 'COMPLETED')
      .where('createdAt', '>=', since)
      .where('createdAt', '<=', until)
      .where('id', '>', after)
      .orderBy('id')
      .limit(100)
      .$narrowType<{ sessionId: NotNull }>()
      .execute()
    for (const { sessionId } of page) yield sessionId
    if (page.length < 100) return
    after = page.at(-1)!.id
  }
}

/** Known subscriptions at the provider: recorded ones, and those whose page we opened. */
export async function* existingSubscriptions(database: Sql, provider: ProviderName): AsyncIterable<string> {
  let after = ''
  for (;;) {
    const page = await database.rows(findKnownSubscriptions, { provider, after, limit: 200 })
    for (const { id } of page) yield id
    if (page.length < 200) return
    after = page.at(-1)!.id
  }
}

/** Provider events that were never received. */
export async function missingEvents(
  database: Sql,
  provider: ProviderName,
  events: readonly Pick<ReceivedEvent, 'eventId' | 'objectKey'>[],
): Promise<Set<string>> {
  const rows = await database.rows(findMissingEvents, {
    provider,
    eventIds: events.map((event) => event.eventId),
    objectKeys: events.map((event) => event.objectKey),
  })
  return new Set(rows.map((row) => row.id))
}
