import type { QueueName } from '#services/kernel/claim-loop/queues.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import type { Transaction } from '../database/database.js'
import { jsonb } from '../database/query-builder.js'
import type { OutboxHandler } from '../outbox/relay-outbox.js'
import { endpointsFor } from './webhooks.sql.js'

/** Topic: a webhook delivery is queued. */
export const WEBHOOK_TOPIC = 'webhook' satisfies QueueName

/** The body that receivers get: type, business time and data of an event, with the ID that the application gave the account. */
export async function webhookBody(
  { query }: Pick<Transaction, 'query'>,
  { type, at, accountId, payload }: Pick<OutboxEventRow, 'type' | 'at' | 'accountId' | 'payload'>,
): Promise<string> {
  const account =
    accountId === null
      ? undefined
      : await query.selectFrom('account').select('externalId').where('id', '=', accountId).executeTakeFirst()
  const data = { accountId, accountExternalId: account?.externalId ?? null, ...payload }
  return JSON.stringify({ type, timestamp: at.toISOString(), data })
}

/** Queues one delivery for each enabled endpoint that receives the event. Repeated calls have no effect. */
export const fanOutWebhooks: OutboxHandler = async (event, { database, notifier }) => {
  const { id: eventId, accountId, type } = event
  const endpoints = await database.rows(endpointsFor, { accountId, type })
  if (endpoints.length === 0) return
  const body = await webhookBody(database, event)
  const { numInsertedOrUpdatedRows } = await database.query
    .insertInto('webhook_delivery')
    .values(
      endpoints.map(({ id: endpointId }) => ({
        id: database.newId('whd'),
        endpointId,
        accountId,
        eventId,
        type,
        body,
        attemptLog: jsonb([]),
      })),
    )
    .onConflict((conflict) => conflict.constraint('webhook_delivery_once').doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows) notifier.notify([WEBHOOK_TOPIC])
}
