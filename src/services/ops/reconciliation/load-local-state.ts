import { ENTITLING_STATUSES, TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { CheckoutStatus } from '#entities/billing/checkout-state.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import type { OurSubscription, ScheduledPlan } from './decide-drift.js'

export interface OurSubscriptionRow extends OurSubscription {
  readonly id: string
  readonly externalId: string
  /** It takes another one's place, later than now. */
  readonly startsLater: boolean
  /** True if it was canceled and runs until its paid period ends. */
  readonly endsLater: boolean
  /** We requested its immediate end. */
  readonly endsAtOnce: boolean
}

/**
 * PayPal's lines show a change at the period end immediately. Stripe's show it when it is made, also while it waits for
 * its first payment.
 */
const IS_ON_LINES = `c.pushed_to_provider and (s.provider = 'PAYPAL' or c.effective_at <= $2)`

const OURS = `select s.id, s.external_id, s.status, coalesce(c.to_quantity, s.quantity) as quantity, p.id as plan_id, p.code as plan_code,
    case when w.id is not null then json_build_object('code', wp.code, 'quantity', w.to_quantity, 'at', w.effective_at) end as scheduled,
    s.status = any('{${ENTITLING_STATUSES.join(',')}}') and s.access_ended_at is null as entitled,
    s.status = 'INCOMPLETE' and exists (select 1 from checkout o where o.account_id = s.account_id and o.status = 'PROCESSING') as awaits_payment,
    s.started_at > $2 as starts_later, coalesce(s.cancel_at > $2, false) as ends_later,
    exists (select 1 from requested_cancellation e where e.provider = s.provider and e.external_id = s.external_id) as ends_at_once,
    exists (select 1 from plan_assignment a where a.source_type = 'subscription' and a.source_id = s.id and a.ended_at is null
      and (a.expires_at is null or a.expires_at > $2)) as granted
  from billing_subscription s
    left join subscription_change c on c.subscription_id = s.id and c.status = 'SCHEDULED' and c.kind = 'PLAN' and ${IS_ON_LINES}
    left join subscription_change w on w.subscription_id = s.id and w.status = 'SCHEDULED' and w.kind = 'PLAN' and s.provider <> 'PAYPAL'
      and s.cancel_at is null and w.effective_at > $2
    left join plan_version wv on wv.id = w.to_plan_version_id left join plan wp on wp.id = wv.plan_id
    join plan_version v on v.id = coalesce(c.to_plan_version_id, s.plan_version_id) join plan p on p.id = v.plan_id
  where s.provider = $1`

/** Ours, by the provider's ids; one statement for a page of theirs. */
export async function localSubscriptions(
  sql: Sql,
  provider: string,
  externalIds: readonly string[],
  at: Date,
): Promise<Map<string, OurSubscriptionRow>> {
  const rows = await sql.rows<StoredSubscription>(`${OURS} and s.external_id = any($3)`, [provider, at, externalIds])
  return new Map(rows.map((row) => [row.externalId, withDates(row)]))
}

/** Our running subscriptions behind an id, a page at a time. */
export async function runningSubscriptions(
  sql: Sql,
  provider: string,
  at: Date,
  page: { after: string; limit: number },
): Promise<OurSubscriptionRow[]> {
  const rows = await sql.rows<StoredSubscription>(
    `${OURS} and s.status <> all($3) and s.id > $4 order by s.id limit $5`,
    [provider, at, TERMINAL_STATUSES, page.after, page.limit],
  )
  return rows.map(withDates)
}

/** The database gives the dates within JSON as text. */
type StoredSubscription = Omit<OurSubscriptionRow, 'scheduled'> & {
  readonly scheduled: (Omit<ScheduledPlan, 'at'> & { readonly at: string }) | null
}

const withDates = ({ scheduled, ...row }: StoredSubscription): OurSubscriptionRow => ({
  ...row,
  scheduled: scheduled && { ...scheduled, at: new Date(scheduled.at) },
})

/** Customers of a provider that are recorded here. */
export async function existingCustomers(
  sql: Sql,
  provider: string,
  customerIds: readonly string[],
): Promise<Set<string>> {
  const rows = await sql.rows<{ customerId: string }>(
    `select customer_id from billing_customer where provider = $1 and customer_id = any($2)`,
    [provider, customerIds],
  )
  return new Set(rows.map((row) => row.customerId))
}

/** Our plans by the provider's price ids. */
export async function plansByPrice(sql: Sql, provider: string): Promise<Map<string, { id: string; code: string }>> {
  const rows = await sql.rows<{ externalId: string; id: string; code: string }>(
    `select pp.external_id, pl.id, pl.code from provider_price pp join price pr on pr.id = pp.price_id join plan pl on pl.product_id = pr.product_id
     where pp.provider = $1`,
    [provider],
  )
  return new Map(rows.map(({ externalId, id, code }) => [externalId, { id, code }]))
}

/** The state of our checkouts, by the provider's sessions. */
export async function localCheckouts(
  sql: Sql,
  provider: string,
  sessionIds: readonly string[],
): Promise<Map<string, CheckoutStatus>> {
  const rows = await sql.rows<{ sessionId: string; status: CheckoutStatus }>(
    `select session_id, status from checkout where provider = $1 and session_id = any($2)`,
    [provider, sessionIds],
  )
  return new Map(rows.map((row) => [row.sessionId, row.status]))
}

/** The sessions that we opened within a period of business time and do not know to be paid. */
export async function* sessionsWithin(
  sql: Sql,
  provider: string,
  { since, until }: { readonly since: Date; readonly until: Date },
): AsyncIterable<string> {
  let after = ''
  for (;;) {
    const page = await sql.rows<{ id: string; sessionId: string }>(
      `select id, session_id from checkout where provider = $1 and session_id is not null and status <> 'COMPLETED'
         and created_at between $2 and $3 and id > $4 order by id limit 100`,
      [provider, since, until, after],
    )
    for (const { sessionId } of page) yield sessionId
    if (page.length < 100) return
    after = page.at(-1)!.id
  }
}

/** Known subscriptions at the provider: recorded ones, and those whose page we opened. */
export async function* existingSubscriptions(sql: Sql, provider: string): AsyncIterable<string> {
  let after = ''
  for (;;) {
    const page = await sql.rows<{ id: string }>(
      `select distinct known.id from (
         select external_id as id from billing_subscription where provider = $1
         union all select external_id from product_subscription where provider = $1
         union all select c.session_id from checkout c join price p on p.id = c.price_id
           where c.provider = $1 and c.session_id is not null and p."interval" <> 'ONE_TIME'
       ) known where known.id > $2 order by known.id limit 200`,
      [provider, after],
    )
    for (const { id } of page) yield id
    if (page.length < 200) return
    after = page.at(-1)!.id
  }
}

/** Provider events that were never received. */
export async function missingEvents(
  sql: Sql,
  provider: string,
  events: readonly Pick<ReceivedEvent, 'eventId' | 'objectKey'>[],
): Promise<Set<string>> {
  // A body that its signature does not cover represents the provider's event only if it is about the same object.
  const rows = await sql.rows<{ id: string }>(
    `select id from unnest($2::text[], $3::text[]) as asked (id, object_key) where not exists (select 1 from inbox_event e
       where e.provider = $1 and e.event_id = asked.id and (e.body_digest = '' or e.object_key = asked.object_key))`,
    [provider, events.map((event) => event.eventId), events.map((event) => event.objectKey)],
  )
  return new Set(rows.map((row) => row.id))
}
