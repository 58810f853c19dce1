import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import { writeTestDelivery } from '#services/kernel/outbound-webhooks/test-delivery.js'
import type { IdentityContext } from '../caller.js'
import { requireEndpoint } from './endpoint-access.js'

/** Sends a test event to an endpoint. */
export async function testWebhookEndpoint(context: IdentityContext, id: string): Promise<WebhookDeliveryRow> {
  return writeTestDelivery(context, await requireEndpoint(context, id))
}
