import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import type { Transaction } from '../database/database.js'
import { jsonb } from '../database/query-builder.js'
import { WEBHOOK_TOPIC, webhookBody } from './fan-out.js'

/** Type of test events. They are sent once, also to a disabled endpoint. */
export const TEST_TYPE = 'webhook.test'

/** Queues the delivery of a test event. */
export async function writeTestDelivery(
  transaction: Transaction,
  endpoint: WebhookEndpointRow,
  at: Date,
): Promise<WebhookDeliveryRow> {
  const { accountId } = endpoint
  const body = await webhookBody(transaction, {
    type: TEST_TYPE,
    at,
    accountId,
    payload: { endpointId: endpoint.id, message: 'Events of this endpoint look like this one.' },
  })
  const delivery = await transaction.query
    .insertInto('webhook_delivery')
    .values({
      id: transaction.newId('whd'),
      endpointId: endpoint.id,
      accountId,
      eventId: transaction.newId('obx'),
      type: TEST_TYPE,
      body,
      attemptLog: jsonb([]),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  transaction.announce(WEBHOOK_TOPIC)
  return delivery
}
