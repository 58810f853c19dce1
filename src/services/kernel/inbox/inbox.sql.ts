import type { InboxObjectRow } from '#entities/kernel/inbox-object.entity.js'
import { statement } from '../database/statement.js'

/** Claims due objects of providers under a lease token. Those of a module that the installation does not have wait for it. They are chosen once: a subquery of `in` may run for each row and lock further rows. */
export const claimObjects = statement<
  { token: string; leaseSeconds: number; limit: number; providers: readonly string[] },
  InboxObjectRow
>(`
  with due as materialized (
    select provider, object_key from inbox_object
    where pending and provider = any(:providers::text[]) and available_at <= now() and (lease_until is null or lease_until < now())
    order by available_at limit :limit for update skip locked
  )
  update inbox_object o
  set lease_token = :token, lease_until = now() + make_interval(secs => :leaseSeconds), attempts = attempts + 1
  from due where o.provider = due.provider and o.object_key = due.object_key
  returning o.*
`)

/** Ends the lease of an object. An event that arrived in the meantime keeps the object pending. */
export const recordOutcome = statement<{
  provider: string
  objectKey: string
  token: string
  generation: number
  isRetry: boolean
  retryInSeconds: number
  unreachable: boolean
}>(`
  update inbox_object
  set pending = :isRetry or generation <> :generation,
    lease_token = null,
    lease_until = null,
    attempts = case when :isRetry then attempts else 0 end,
    unreachable = :unreachable,
    available_at = now() + make_interval(secs => case when generation <> :generation then 0 else :retryInSeconds::float8 end)
  where provider = :provider and object_key = :objectKey and lease_token = :token
`)

/**
 * Makes the waiting objects of a provider available, at `perSecond` and all within `withinSeconds`. Work in progress may have failed
 * already without being recorded: a higher generation makes it run again.
 */
export const wakeWaitingObjects = statement<{ provider: string; perSecond: number; withinSeconds: number }>(`
  update inbox_object o
  set available_at = case when o.lease_until is null then w.wake_at else o.available_at end,
    generation = case when o.lease_until is null then o.generation else o.generation + 1 end
  from (
    select object_key, now() + make_interval(secs => least(
        row_number() over (order by available_at) / :perSecond::float8, :withinSeconds::float8
      )) as wake_at
    from inbox_object where provider = :provider and pending and unreachable
  ) w
  where o.provider = :provider and o.object_key = w.object_key and o.pending
`)

/** Makes one waiting object of each provider available. Chosen at random, because one object may fail for another reason. None while another object is being tried. */
export const wakeOneObject = statement<{ providers: readonly string[] }>(`
  with chosen as materialized (
    select distinct on (provider) provider, object_key from inbox_object
    where provider = any(:providers) and pending and unreachable and available_at > now() and lease_until is null
      and provider not in (select provider from inbox_object where pending and unreachable and lease_until > now())
    order by provider, random()
  )
  update inbox_object o set available_at = now() from chosen where o.provider = chosen.provider and o.object_key = chosen.object_key
`)

/**
 * Places, from 1, of the events whose delivery came with the maximum number of other bodies. Separate from `storeEvents`, whose plan is made
 * for each execution: with this condition in it, planning takes three times as long, and few providers name their deliveries.
 */
export const crowdedEvents = statement<
  {
    providers: readonly string[]
    transmissionIds: readonly string[]
    eventIds: readonly string[]
    bodyDigests: readonly string[]
    maxBodies: number
  },
  { place: number }
>(`
  select place::int from unnest(:providers::text[], :transmissionIds::text[], :eventIds::text[], :bodyDigests::text[])
    with ordinality as i (provider, transmission_id, event_id, body_digest, place)
  where (select count(*) from inbox_event e where e.provider = i.provider and e.transmission_id = i.transmission_id) >= :maxBodies
    and not exists (
      select 1 from inbox_event e where e.provider = i.provider and e.event_id = i.event_id and e.body_digest = i.body_digest
    )
`)

/**
 * Stores events and their objects as work to claim. Returns the events that are not duplicates. Rows are locked in one order, so that two
 * processes never wait for each other in a circle.
 */
export const storeEvents = statement<
  {
    ids: readonly string[]
    providers: readonly string[]
    eventIds: readonly string[]
    types: readonly string[]
    objectKeys: readonly string[]
    livemodes: readonly (boolean | null)[]
    payloads: readonly string[]
    states: readonly string[]
    stateReasons: readonly (string | null)[]
    transmissionIds: readonly (string | null)[]
    bodyDigests: readonly string[]
  },
  { id: string }
>(`
  with incoming as (
    select * from unnest(
      :ids::text[], :providers::text[], :eventIds::text[], :types::text[], :objectKeys::text[], :livemodes::bool[], :payloads::jsonb[],
      :states::text[], :stateReasons::text[], :transmissionIds::text[], :bodyDigests::text[]
    ) as event (id, provider, event_id, type, object_key, livemode, payload, state, state_reason, transmission_id, body_digest)
  ), stored as (
    insert into inbox_event (id, provider, event_id, type, object_key, livemode, payload, state, state_reason, transmission_id, body_digest)
    select id, provider, event_id, type, object_key, livemode, payload, state, state_reason, transmission_id, body_digest from incoming
    order by provider, event_id, body_digest
    on conflict do nothing
    returning id, provider, object_key, state, type
  ), published as (
    insert into operator_event (id, type, summary, subject_type, subject_id, data)
    select id, 'webhook_event.received', 'The event ' || type || ' of ' || provider || ' was received.', 'WebhookEvent', id,
      jsonb_build_object('provider', provider, 'eventType', type, 'objectKey', object_key, 'state', state)
    from stored
  ), objects as (
    insert into inbox_object (provider, object_key, available_at)
    select distinct provider, object_key, now() from stored where state = 'RECEIVED' order by provider, object_key
    on conflict (provider, object_key) do update
    set pending = true, generation = inbox_object.generation + 1, available_at = least(inbox_object.available_at, excluded.available_at),
      attempts = 0
  )
  select id from stored
`)
