import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import type { Context } from '../context/context.js'
import { newId } from '../ids/ids.js'
import { WEBHOOK_TOPIC, webhookBody } from './fan-out.js'

/** The type of an event that only tries an endpoint out. It is sent once, also to an endpoint that is disabled. */
export const TEST_TYPE = 'webhook.test'

/** Writes down a delivery that says hello. */
export async function writeTestDelivery(context: Context, endpoint: WebhookEndpointRow): Promise<WebhookDeliveryRow> {
  const { accountId } = endpoint
  const body = webhookBody({
    type: TEST_TYPE,
    at: context.clock.now(),
    accountId,
    payload: { endpointId: endpoint.id, message: 'Events of this endpoint look like this one.' },
  })
  const delivery = await context.database.row<WebhookDeliveryRow>(
    `insert into webhook_delivery (id, endpoint_id, account_id, event_id, type, body, attempt_log) values ($1, $2, $3, $4, $5, $6, '[]') returning *`,
    [newId('whd'), endpoint.id, accountId, newId('obx'), TEST_TYPE, body],
  )
  context.notifier.notify([WEBHOOK_TOPIC])
  return delivery!
}
