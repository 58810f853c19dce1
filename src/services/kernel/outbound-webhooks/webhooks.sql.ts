import type { WebhookDeliveryRow, WebhookDeliveryState } from '#entities/kernel/webhook-delivery.entity.js'
import { sqlSelectsType } from '../events/event-filter.js'
import { statement } from '../database/statement.js'

/**
 * Enabled endpoints that receive an event type. Events of an account go to its endpoints and to those of the installation. Events of
 * the installation go only to the latter.
 */
export const endpointsFor = statement<{ accountId: string | null; type: string }, { id: string }>(`
  select id from webhook_endpoint
  where enabled and deleted_at is null and (account_id is null or account_id = :accountId) and ${sqlSelectsType('types', ':type')}
  order by id
`)

/** Claims due deliveries under a lease token, and at most \`perEndpoint\` of an endpoint at the same time. */
export const claimDeliveries = statement<
  { token: string; leaseSeconds: number; limit: number; perEndpoint: number; testType: string },
  WebhookDeliveryRow
>(`
  update webhook_delivery
  set lease_token = :token, lease_until = now() + make_interval(secs => :leaseSeconds), attempts = attempts + 1
  where id = any(array(
    select due.id from webhook_endpoint e cross join lateral (
      select d.id, d.available_at from webhook_delivery d
      where d.endpoint_id = e.id and e.deleted_at is null and d.state = 'PENDING' and d.available_at <= now()
        and (d.lease_until is null or d.lease_until < now()) and (e.enabled or d.type = :testType)
      order by d.available_at, d.id
      limit greatest(0, :perEndpoint - (
        select count(*) from webhook_delivery busy
        where busy.endpoint_id = e.id and busy.state = 'PENDING' and busy.lease_until > now()
      ))
      for update skip locked
    ) due
    order by due.available_at, due.id limit :limit
  ))
  returning *
`)

/** Ends the lease of a delivery with the result of an attempt. The last 30 attempts are kept. */
export const recordAttempt = statement<{
  id: string
  token: string
  state: WebhookDeliveryState
  statusCode: number | null
  error: string | null
  waitSeconds: number
  attempts: string
}>(`
  update webhook_delivery
  set state = :state, last_status_code = :statusCode, last_error = :error, lease_token = null, lease_until = null,
    available_at = clock.now + make_interval(secs => :waitSeconds),
    delivered_at = case when :state = 'DELIVERED' then clock.now end,
    attempt_log = (case when jsonb_array_length(attempt_log) >= 30 then attempt_log - 0 else attempt_log end) || :attempts::jsonb
  from (select now()) clock
  where id = :id and lease_token = :token
`)

/** A period of `deliveriesByPeriod`: the first one is 1. Periods without deliveries have no row. */
export interface DeliveryPeriodRow {
  readonly period: number
  readonly delivered: number
  readonly dead: number
  readonly pending: number
  readonly p95Ms: number | null
}

/** The newest deliveries of an endpoint by the period of their creation, with the duration of their last attempts. */
export const deliveriesByPeriod = statement<
  { endpointId: string; starts: readonly Date[]; limit: number },
  DeliveryPeriodRow
>(`
  select width_bucket(created_at, :starts::timestamptz[]) as period,
    (count(*) filter (where state = 'DELIVERED'))::integer as delivered,
    (count(*) filter (where state = 'DEAD'))::integer as dead,
    (count(*) filter (where state = 'PENDING'))::integer as pending,
    percentile_cont(0.95) within group (order by (attempt_log -> -1 ->> 'durationMs')::float8) as p95_ms
  from (
    select state, created_at, attempt_log from webhook_delivery where endpoint_id = :endpointId order by id desc limit :limit
  ) newest
  where created_at >= (:starts::timestamptz[])[1]
  group by period
`)
