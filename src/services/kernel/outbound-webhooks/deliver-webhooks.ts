import type { Dispatcher } from 'undici'
import type { WebhookAttempt, WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { renewLeases } from '../claim-loop/leased-rows.js'
import type { Context } from '../context/context.js'
import type { Transaction } from '../database/database.js'
import { guardedPool } from '../outbound/address-guard.js'
import { WEBHOOK_TOPIC } from './fan-out.js'
import { DISABLE_AFTER_SECONDS, nextAttemptAt } from './retry-schedule.js'
import { sendWebhook, type SendResult } from './send-webhook.js'
import { webhookHeaders } from './sign-webhook.js'
import { addressGuardFor } from './validate-endpoint.js'
import { TEST_TYPE } from './test-delivery.js'

/** Called when an endpoint was disabled, in the same transaction. Takes its locks first. */
export interface OnEndpointDisabled {
  lock(transaction: Transaction, endpoint: WebhookEndpointRow): Promise<void>
  tell(transaction: Transaction, endpoint: WebhookEndpointRow, reason: string): Promise<void>
}

const CONCURRENCY = 16
/** Maximum concurrent deliveries per endpoint, so that a slow receiver does not block others. */
const PER_ENDPOINT = 4

/** Delivers what was written down, at least once, and disables endpoints that take nothing for three days or say that they are gone. */
export function startWebhookSender(context: Context, disabled: OnEndpointDisabled): ClaimLoop {
  const { database, config } = context
  const open = (accountId: string | null): Dispatcher =>
    guardedPool(addressGuardFor(config, accountId), { connectMs: 5_000, perOrigin: CONCURRENCY })
  const pools = { ours: open(null), accounts: open('any') }
  const loop = startClaimLoop<WebhookDeliveryRow>({
    name: 'webhooks',
    database,
    log: context.log,
    notifier: context.notifier,
    topic: WEBHOOK_TOPIC,
    concurrency: CONCURRENCY,
    claim: (token, leaseSeconds, limit) =>
      database.rows<WebhookDeliveryRow>(
        `update webhook_delivery set lease_token = $1, lease_until = now() + make_interval(secs => $2), attempts = attempts + 1
         where id in (
           select due.id from webhook_endpoint e cross join lateral (
             select d.id, d.available_at from webhook_delivery d
             where d.endpoint_id = e.id and d.state = 'PENDING' and d.available_at <= now() and (d.lease_until is null or d.lease_until < now())
               and (e.enabled or d.type = $5)
             order by d.available_at, d.id
             limit greatest(0, $4 - (select count(*) from webhook_delivery busy
               where busy.endpoint_id = e.id and busy.state = 'PENDING' and busy.lease_until > now()))
             for update skip locked) due
           order by due.available_at, due.id limit $3)
         returning *`,
        [token, leaseSeconds, limit, PER_ENDPOINT, TEST_TYPE],
      ),
    renew: renewLeases(database, 'webhook_delivery'),
    work: (delivery, token) => deliver(context, { pools, disabled }, delivery, token),
  })
  return {
    ...loop,
    get idle() {
      return loop.idle
    },
    stop: async () => {
      await loop.stop()
      await Promise.all([pools.ours.close(), pools.accounts.close()])
    },
  }
}

interface Means {
  readonly pools: { readonly ours: Dispatcher; readonly accounts: Dispatcher }
  readonly disabled: OnEndpointDisabled
}

async function deliver(context: Context, means: Means, delivery: WebhookDeliveryRow, token: string): Promise<void> {
  const endpoint = await context.database.row<WebhookEndpointRow & { requestId: string | null }>(
    `select *, (select request_id from outbox_event where id = $2) from webhook_endpoint where id = $1`,
    [delivery.endpointId, delivery.eventId],
  )
  if (!endpoint) return
  const at = new Date()
  const headers = {
    ...webhookHeaders(context.secrets, endpoint, { id: delivery.eventId, body: delivery.body, at }),
    // The request that caused the event, so that its trail can be followed on the other side too.
    ...(endpoint.requestId ? { 'x-request-id': endpoint.requestId } : {}),
  }
  const pool = endpoint.accountId === null ? means.pools.ours : means.pools.accounts
  const sent = await sendWebhook(pool, endpoint.url, headers, delivery.body)
  await record(context, delivery, token, sent, at)
  if (sent.error === null) return
  const gone = sent.statusCode === 410
  const reason = gone ? 'The endpoint responded with 410 Gone.' : 'No delivery succeeded for three days.'
  if (gone || nextAttemptAt(delivery.attempts, null, 0) === null)
    await disable(context, means.disabled, endpoint, gone, reason)
}

/** Result of a delivery attempt, in the log of the delivery and in the statistics of its endpoint. */
async function record(
  context: Context,
  delivery: WebhookDeliveryRow,
  token: string,
  sent: SendResult,
  at: Date,
): Promise<void> {
  const { statusCode, milliseconds, error } = sent
  const attempt: WebhookAttempt = { at: at.toISOString(), statusCode, milliseconds, error }
  const wait = error === null || delivery.type === TEST_TYPE ? null : nextAttemptAt(delivery.attempts, sent.retryAfter)
  const state = error === null ? 'DELIVERED' : wait === null ? 'DEAD' : 'PENDING'
  await context.database.transaction(async (transaction) => {
    const held = await transaction.run(
      `update webhook_delivery set state = $3, last_status_code = $4, last_error = $5, lease_token = null, lease_until = null,
         available_at = now() + make_interval(secs => $6), delivered_at = case when $3 = 'DELIVERED' then now() end,
         attempt_log = (case when jsonb_array_length(attempt_log) >= 30 then attempt_log - 0 else attempt_log end) || $7::jsonb
       where id = $1 and lease_token = $2`,
      [delivery.id, token, state, statusCode, error, wait ?? 0, JSON.stringify([attempt])],
    )
    if (!held) return
    await transaction.run(
      `update webhook_endpoint set failing_since = case when $2 then null else coalesce(failing_since, now()) end
       where id = $1 and (failing_since is null) <> $2`,
      [delivery.endpointId, error === null],
    )
  })
  const outcome = state === 'DELIVERED' ? 'delivered' : state === 'DEAD' ? 'dead' : 'retrying'
  context.metrics.webhookDeliveries.inc({ outcome })
  if (error !== null)
    context.log.warn(
      { delivery: delivery.id, endpoint: delivery.endpointId, reason: error, state },
      'webhook delivery failed',
    )
}

/** Disables an endpoint once and notifies its owner. */
async function disable(
  context: Context,
  listener: OnEndpointDisabled,
  endpoint: WebhookEndpointRow,
  atOnce: boolean,
  reason: string,
): Promise<void> {
  const done = await context.database.transaction(async (transaction) => {
    await listener.lock(transaction, endpoint)
    const changed = await transaction.run(
      `update webhook_endpoint set enabled = false, disabled_reason = $2
       where id = $1 and enabled and ($3 or failing_since <= now() - make_interval(secs => $4))`,
      [endpoint.id, reason, atOnce, DISABLE_AFTER_SECONDS],
    )
    if (changed) await listener.tell(transaction, endpoint, reason)
    return changed > 0
  })
  if (!done) return
  context.metrics.webhookEndpointsDisabled.inc()
  context.log.error({ endpoint: endpoint.id, account: endpoint.accountId, reason }, 'webhook endpoint disabled')
}
