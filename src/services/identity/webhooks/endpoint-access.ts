import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { findDelivery, findEndpoint } from '#services/kernel/outbound-webhooks/webhook-queries.js'
import type { IdentityContext } from '../model/caller.js'
import { requireAccount, requireSignedIn, visibleAccount } from '../model/guard.js'
import { managesInstallation, requireInstallation, type OwnerRequest } from '../model/installation-access.js'

/** Owner of the requested endpoints: an account, or null for the installation. */
export async function ownerOfEndpoint(
  context: IdentityContext,
  request: OwnerRequest,
  access: 'read' | 'manage',
): Promise<string | null> {
  const permission = access === 'read' ? 'access:read' : 'webhooks:manage'
  if (!request.allAccounts) return (await requireAccount(context, request.accountId, permission)).id
  requireInstallation(context, 'ops:write')
  return null
}

/** An endpoint. Null for callers that cannot read the endpoints of its account, or of the installation. */
export async function visibleEndpoint(
  context: IdentityContext,
  endpoint: WebhookEndpointRow | null,
): Promise<WebhookEndpointRow | null> {
  if (!endpoint) return null
  if (endpoint.accountId === null) return managesInstallation(context, 'ops:write') ? endpoint : null
  return (await visibleAccount(context, endpoint.accountId, 'access:read')) ? endpoint : null
}

/**
 * An endpoint that the caller may read, change or delete: what the caller cannot read does not exist. A deleted endpoint
 * cannot be changed.
 */
export async function requireEndpoint(
  context: IdentityContext,
  id: string,
  access: 'read' | 'manage' | 'delete' = 'manage',
): Promise<WebhookEndpointRow> {
  requireSignedIn(context)
  const endpoint = await visibleEndpoint(context, await findEndpoint(context.database, id))
  if (!endpoint || (access === 'manage' && endpoint.deletedAt)) throw endpointNotFound()
  if (access !== 'read' && endpoint.accountId) await requireAccount(context, endpoint.accountId, 'webhooks:manage')
  return endpoint
}

export const endpointNotFound = (): AppError => new AppError('NOT_FOUND', 'Webhook endpoint not found.')

/** A delivery that the caller may send again. */
export async function requireDelivery(
  context: IdentityContext,
  id: string,
): Promise<{ delivery: WebhookDeliveryRow; endpoint: WebhookEndpointRow }> {
  requireSignedIn(context)
  const delivery = await findDelivery(context.database, id)
  const endpoint =
    delivery && (await visibleEndpoint(context, await findEndpoint(context.database, delivery.endpointId)))
  if (!endpoint) throw new AppError('NOT_FOUND', 'Webhook delivery not found.')
  if (endpoint.accountId) await requireAccount(context, endpoint.accountId, 'webhooks:manage')
  return { delivery, endpoint }
}
