import { statement } from '#services/kernel/database/statement.js'
import type { StoredSubscription } from './load-local-state.js'

interface SubscriptionParameters {
  readonly provider: string
  readonly at: Date
  readonly entitlingStatuses: readonly string[]
}

/**
 * Subscriptions of a provider as the provider should show them. A scheduled change `c` is on the provider's lines already: PayPal shows a
 * change at the period end immediately; Stripe shows it when it is made, also while it waits for its first payment. Change `w` waits.
 */
const SUBSCRIPTION = `
  select s.id, s.external_id, s.status, s.discounts, coalesce(c.to_quantity, s.quantity) as quantity, p.id as plan_id,
    p.code as plan_code,
    case when w.id is not null
      then json_build_object('code', wp.code, 'quantity', w.to_quantity, 'price', wr.external_id, 'at', w.effective_at) end as scheduled,
    s.status = any(:entitlingStatuses) and s.access_ended_at is null and s.suspended_at is null as entitled,
    s.status = 'INCOMPLETE' and exists (
      select from checkout o where o.account_id = s.account_id and o.status = 'PROCESSING'
    ) as awaits_payment,
    s.started_at > :at as starts_later, coalesce(s.cancel_at > :at, false) as ends_later, s.pause is not null as paused,
    exists (
      select from requested_cancellation e
      where e.account_id = s.account_id and e.provider = s.provider and e.external_id = s.external_id
    ) as ends_at_once,
    exists (
      select from plan_assignment a
      where a.account_id = s.account_id and a.source_type = 'subscription' and a.source_id = s.id and a.ended_at is null
        and (a.expires_at is null or a.expires_at > :at)
    ) as granted
  from billing_subscription s
    left join subscription_change c on c.account_id = s.account_id and c.subscription_id = s.id and c.status = 'SCHEDULED'
      and c.kind = 'PLAN' and c.pushed_to_provider and (s.provider = 'PAYPAL' or c.effective_at <= :at)
    left join subscription_change w on w.account_id = s.account_id and w.subscription_id = s.id and w.status = 'SCHEDULED'
      and w.kind = 'PLAN' and s.provider <> 'PAYPAL' and s.cancel_at is null and w.effective_at > :at
    left join plan_version wv on wv.id = w.to_plan_version_id
    left join plan wp on wp.id = wv.plan_id
    left join provider_price wr on wr.provider = s.provider and wr.price_id = w.to_price_id
    join plan_version v on v.id = coalesce(c.to_plan_version_id, s.plan_version_id)
    join plan p on p.id = v.plan_id`

/** Subscriptions by the provider's IDs. */
export const findSubscriptions = statement<
  SubscriptionParameters & { externalIds: readonly string[] },
  StoredSubscription
>(`${SUBSCRIPTION}
  where s.provider = :provider and s.external_id = any(:externalIds)
`)

/** A page of running subscriptions, in the order of their IDs. */
export const findRunningSubscriptions = statement<
  SubscriptionParameters & { terminalStatuses: readonly string[]; after: string; limit: number },
  StoredSubscription
>(`${SUBSCRIPTION}
  where s.provider = :provider and s.status <> all(:terminalStatuses) and s.id > :after
  order by s.id limit :limit
`)

/** A page of the subscriptions known at a provider: recorded ones, and those whose payment page was opened. */
export const findKnownSubscriptions = statement<{ provider: string; after: string; limit: number }, { id: string }>(`
  select distinct known.id
  from (
    select external_id as id from billing_subscription where provider = :provider
    union all
    select external_id from product_subscription where provider = :provider
    union all
    select c.session_id from checkout c join price p on p.id = c.price_id
    where c.provider = :provider and c.session_id is not null and p."interval" <> 'ONE_TIME'
  ) known
  where known.id > :after
  order by known.id limit :limit
`)

/**
 * Events of a provider that were never received. A body that its signature does not cover represents the provider's event only if it is
 * about the same object.
 */
export const findMissingEvents = statement<
  { provider: string; eventIds: readonly string[]; objectKeys: readonly string[] },
  { id: string }
>(`
  select listed.id from unnest(:eventIds::text[], :objectKeys::text[]) as listed (id, object_key)
  where not exists (
    select from inbox_event e
    where e.provider = :provider and e.event_id = listed.id
      and (e.body_digest = '' or e.object_key = listed.object_key)
  )
`)
