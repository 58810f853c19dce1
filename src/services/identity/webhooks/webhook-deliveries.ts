import { validateEventTypes } from '#services/kernel/events/event-filter.js'
import {
  listDeliveries,
  listEndpoints,
  type DeliveryFilter,
  type ListedDelivery,
} from '#services/kernel/outbound-webhooks/webhook-queries.js'
import type { CountablePage, PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '../model/caller.js'
import type { OwnerRequest } from '../model/installation-access.js'
import { endpointNotFound, ownerOfEndpoint, requireEndpoint } from './endpoint-access.js'

/** Deliveries of one endpoint, or of all endpoints of an account, also of deleted ones. */
export interface DeliveriesRequest extends OwnerRequest {
  readonly endpointId?: string | null
  readonly filter?: DeliveryFilter | null
}

/** Deliveries of one endpoint, or of all endpoints of an account. */
export async function webhookDeliveries(
  context: IdentityContext,
  request: DeliveriesRequest,
  page: PageRequest,
): Promise<CountablePage<ListedDelivery>> {
  const { types } = request.filter ?? {}
  if (types?.length) validateEventTypes(types, 'types')
  const ids = await endpointIdsOf(context, request)
  return listDeliveries(context.database, ids, request.filter ?? {}, page)
}

async function endpointIdsOf(context: IdentityContext, request: DeliveriesRequest): Promise<string[]> {
  const owner = await ownerOfEndpoint(context, request, 'read')
  if (request.endpointId) {
    const endpoint = await requireEndpoint(context, request.endpointId, 'read')
    if (endpoint.accountId !== owner) throw endpointNotFound()
    return [endpoint.id]
  }
  return (await listEndpoints(context.database, owner, { withDeleted: true })).map(({ id }) => id)
}
