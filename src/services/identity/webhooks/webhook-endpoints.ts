import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { listEndpoints } from '#services/kernel/outbound-webhooks/webhook-queries.js'
import type { IdentityContext } from '../model/caller.js'
import type { OwnerRequest } from '../model/installation-access.js'
import { ownerOfEndpoint } from './endpoint-access.js'

/** The endpoints of an account or of the installation. */
export async function webhookEndpoints(context: IdentityContext, request: OwnerRequest): Promise<WebhookEndpointRow[]> {
  return listEndpoints(context.database, await ownerOfEndpoint(context, request, 'read'))
}
