import { sql } from 'kysely'
import type { Dispatcher } from 'undici'
import type { WebhookAttempt, WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { renewLeases } from '../claim-loop/leased-rows.js'
import type { Context } from '../context/context.js'
import type { Transaction } from '../database/database.js'
import { guardedPool } from '../outbound/address-guard.js'
import { DISABLE_AFTER_SECONDS, nextAttemptAt } from './retry-schedule.js'
import { sendWebhook, type SendResult } from './send-webhook.js'
import { webhookHeaders } from './sign-webhook.js'
import { addressGuardFor } from './validate-endpoint.js'
import { TEST_TYPE } from './test-delivery.js'
import { claimDeliveries, recordAttempt } from './webhooks.sql.js'
import { recordDeadLetter } from '../events/record-operator-event.js'

/** Why an endpoint is disabled. */
interface DisabledBy {
  /** True if it responded that it will never exist again; false if no delivery succeeded for three days. */
  readonly isGone: boolean
  /** The same as a sentence. */
  readonly reason: string
}

/** Called when an endpoint was disabled, in the same transaction. Takes its locks first. */
export interface OnEndpointDisabled {
  lock(transaction: Transaction, endpoint: WebhookEndpointRow): Promise<void>
  notify(transaction: Transaction, endpoint: WebhookEndpointRow, by: DisabledBy): Promise<void>
}

const CONCURRENCY = 16
/** Maximum concurrent deliveries per endpoint, so that a slow receiver does not block others. */
const PER_ENDPOINT = 4

/** Sends queued deliveries at least once. Disables endpoints that accept nothing for three days or respond with 410 Gone. */
export function startWebhookSender(context: Context, disabled: OnEndpointDisabled): ClaimLoop {
  const { database, config } = context
  const open = (accountId: string | null): Dispatcher =>
    guardedPool(addressGuardFor(config, accountId), { connectMs: 5_000, perOrigin: CONCURRENCY })
  const pools = { ours: open(null), accounts: open('any') }
  return startClaimLoop<WebhookDeliveryRow>({
    name: 'webhook',
    context,
    concurrency: CONCURRENCY,
    claim: (token, leaseSeconds, limit) =>
      database.rows(claimDeliveries, { token, leaseSeconds, limit, perEndpoint: PER_ENDPOINT, testType: TEST_TYPE }),
    renew: renewLeases(database, 'webhook'),
    work: (delivery, token) => deliver(context, { pools, disabled }, delivery, token),
    close: () => Promise.all([pools.ours.close(), pools.accounts.close()]),
  })
}

interface Means {
  readonly pools: { readonly ours: Dispatcher; readonly accounts: Dispatcher }
  readonly disabled: OnEndpointDisabled
}

async function deliver(context: Context, means: Means, delivery: WebhookDeliveryRow, token: string): Promise<void> {
  const endpoint = await context.database.query
    .selectFrom('webhook_endpoint as e')
    .selectAll('e')
    .select((eb) =>
      eb.selectFrom('outbox_event').select('requestId').where('id', '=', delivery.eventId).as('requestId'),
    )
    .where('e.id', '=', delivery.endpointId)
    .executeTakeFirst()
  if (!endpoint) return
  const at = new Date(context.timers.now())
  const headers = {
    ...webhookHeaders(context.secrets, endpoint, { id: delivery.eventId, body: delivery.body, at }),
    // The ID of the request that caused the event, so that the receiver can correlate its logs.
    ...(endpoint.requestId ? { 'x-request-id': endpoint.requestId } : {}),
  }
  const pool = endpoint.accountId === null ? means.pools.ours : means.pools.accounts
  const sent = await sendWebhook(context.timers, pool, endpoint.url, headers, delivery.body)
  await record(context, delivery, token, sent, at)
  if (sent.error === null) return
  const isGone = sent.statusCode === 410
  const reason = isGone ? 'The endpoint responded with 410 Gone.' : 'No delivery succeeded for three days.'
  if (isGone || nextAttemptAt(delivery.attempts, null, 0) === null)
    await disable(context, means.disabled, endpoint, { isGone, reason })
}

/** Result of a delivery attempt, in the log of the delivery and in the statistics of its endpoint. */
async function record(
  context: Context,
  delivery: WebhookDeliveryRow,
  token: string,
  sent: SendResult,
  at: Date,
): Promise<void> {
  const { statusCode, durationMs, error, responseBody } = sent
  const attempt: WebhookAttempt = { at: at.toISOString(), statusCode, durationMs, error, responseBody }
  const wait =
    error === null || delivery.type === TEST_TYPE
      ? null
      : nextAttemptAt(delivery.attempts, sent.retryAfter, context.random.next())
  const state = error === null ? 'DELIVERED' : wait === null ? 'DEAD' : 'PENDING'
  await context.database.transaction(async (transaction) => {
    const held = await transaction.run(recordAttempt, {
      id: delivery.id,
      token,
      state,
      statusCode,
      error,
      waitSeconds: wait ?? 0,
      attempts: JSON.stringify([attempt]),
    })
    if (!held) return
    if (state === 'DEAD' && error !== null) {
      const { id, accountId } = delivery
      await recordDeadLetter(transaction, { queue: 'WEBHOOK_DELIVERY', id, accountId, error })
    }
    await transaction.query
      .updateTable('webhook_endpoint')
      .set({ failingSince: error === null ? null : sql`now()` })
      .where('id', '=', delivery.endpointId)
      .where('failingSince', error === null ? 'is not' : 'is', null)
      .execute()
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
  by: DisabledBy,
): Promise<void> {
  const { isGone, reason } = by
  const done = await context.database.transaction(async (transaction) => {
    await listener.lock(transaction, endpoint)
    const { numUpdatedRows } = await transaction.query
      .updateTable('webhook_endpoint')
      .set({ enabled: false, disabledReason: reason })
      .where('id', '=', endpoint.id)
      .where('enabled', '=', true)
      .$if(!isGone, (query) =>
        query.where('failingSince', '<=', sql<Date>`now() - make_interval(secs => ${DISABLE_AFTER_SECONDS})`),
      )
      .executeTakeFirstOrThrow()
    if (numUpdatedRows) await listener.notify(transaction, endpoint, by)
    return numUpdatedRows > 0n
  })
  if (!done) return
  context.metrics.webhookEndpointsDisabled.inc()
  context.log.error({ endpoint: endpoint.id, account: endpoint.accountId, reason }, 'webhook endpoint disabled')
}
