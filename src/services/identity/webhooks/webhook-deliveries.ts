import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import { listDeliveries } from '#services/kernel/outbound-webhooks/webhook-queries.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '../caller.js'
import { requireEndpoint } from './endpoint-access.js'
import { webhookEndpoints } from './webhook-endpoints.js'

/** Deliveries of one endpoint, or of all endpoints of an account. */
export async function webhookDeliveries(
  context: IdentityContext,
  request: {
    readonly endpointId?: string | null
    readonly accountId?: string | null
    readonly allAccounts?: boolean | null
  },
  page: PageRequest,
): Promise<Page<WebhookDeliveryRow>> {
  const endpoints = request.endpointId
    ? [await requireEndpoint(context, request.endpointId, 'read')]
    : await webhookEndpoints(context, request)
  return listDeliveries(
    context.database,
    endpoints.map(({ id }) => id),
    page,
  )
}
