import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import type { IdentityContext } from '../caller.js'
import { requireEndpoint } from './endpoint-access.js'
import { changeEndpoint } from './change-endpoint.js'

/** Deletes an endpoint and its deliveries. */
export async function deleteWebhookEndpoint(
  context: IdentityContext,
  { webhookEndpointId: id }: { readonly webhookEndpointId: string },
): Promise<WebhookEndpointRow> {
  const endpoint = await requireEndpoint(context, id)
  const change = { accountId: endpoint.accountId, action: 'webhook_endpoint.delete', object: id }
  await changeEndpoint(context, change, (transaction) =>
    transaction.query.deleteFrom('webhook_endpoint').where('id', '=', id).execute(),
  )
  return endpoint
}
