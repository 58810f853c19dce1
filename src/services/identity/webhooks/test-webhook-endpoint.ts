import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { writeTestDelivery } from '#services/kernel/outbound-webhooks/test-delivery.js'
import { findDelivery } from '#services/kernel/outbound-webhooks/webhook-queries.js'
import type { IdentityContext } from '../model/caller.js'
import { changeEndpointOnce } from './change-endpoint.js'
import { requireEndpoint } from './endpoint-access.js'

/** Sends a test event to an endpoint. */
export async function testWebhookEndpoint(
  context: IdentityContext,
  { webhookEndpointId, idempotencyKey }: { readonly webhookEndpointId: string; readonly idempotencyKey: string },
): Promise<WebhookDeliveryRow | Denied> {
  const endpoint = await requireEndpoint(context, webhookEndpointId)
  return changeEndpointOnce<WebhookDeliveryRow>(context, {
    mutation: 'testWebhookEndpoint',
    idempotencyKey,
    request: { webhookEndpointId },
    change: { accountId: endpoint.accountId, action: 'webhook_endpoint.test', object: webhookEndpointId },
    referenceOf: ({ id }) => ({ __typename: 'WebhookDelivery', id }),
    replay: async (transaction, id) => {
      const delivery = await findDelivery(transaction, id)
      if (delivery) return delivery
      throw new AppError('NOT_FOUND', 'The result of this idempotency key has been deleted. Use a new key.')
    },
    act: (transaction) => writeTestDelivery(transaction, endpoint, context.clock.now()),
  })
}
