import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { findDelivery, findEndpoint } from '#services/kernel/outbound-webhooks/webhook-queries.js'
import type { IdentityContext } from '../caller.js'
import { requireAccount, requireSignedIn, visibleAccount } from '../guard/guard.js'
import { managesInstallation, requireInstallation, type OwnerRequest } from '../guard/installation-access.js'

/** Owner of the requested endpoints: an account, or null for the installation. */
export async function ownerOfEndpoint(context: IdentityContext, request: OwnerRequest): Promise<string | null> {
  if (!request.allAccounts) return (await requireAccount(context, request.accountId, 'webhooks:manage')).id
  requireInstallation(context, 'ops:write')
  return null
}

/** An endpoint that the caller can manage. Null otherwise. */
export async function visibleEndpoint(context: IdentityContext, id: string): Promise<WebhookEndpointRow | null> {
  const endpoint = await findEndpoint(context.database, id)
  if (!endpoint) return null
  if (endpoint.accountId === null) return managesInstallation(context, 'ops:write') ? endpoint : null
  return (await visibleAccount(context, endpoint.accountId, 'webhooks:manage')) ? endpoint : null
}

/** As `visibleEndpoint`, for mutations: what is not the caller's does not exist. */
export async function requireEndpoint(context: IdentityContext, id: string): Promise<WebhookEndpointRow> {
  requireSignedIn(context)
  const endpoint = await visibleEndpoint(context, id)
  if (!endpoint) throw new AppError('NOT_FOUND', 'Webhook endpoint not found.')
  return endpoint
}

/** A delivery of an endpoint that the caller can manage. Null otherwise. */
export async function visibleDelivery(context: IdentityContext, id: string): Promise<WebhookDeliveryRow | null> {
  const delivery = await findDelivery(context.database, id)
  return delivery && (await visibleEndpoint(context, delivery.endpointId)) ? delivery : null
}

/** As `visibleDelivery`, for mutations. */
export async function requireDelivery(
  context: IdentityContext,
  id: string,
): Promise<{ delivery: WebhookDeliveryRow; endpoint: WebhookEndpointRow }> {
  requireSignedIn(context)
  const delivery = await findDelivery(context.database, id)
  const endpoint = delivery && (await visibleEndpoint(context, delivery.endpointId))
  if (!endpoint) throw new AppError('NOT_FOUND', 'Webhook delivery not found.')
  return { delivery, endpoint }
}
