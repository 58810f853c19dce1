import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { findDelivery, findEndpoint } from '#services/kernel/outbound-webhooks/webhook-queries.js'
import type { IdentityContext } from '../caller.js'
import { mayOperate, requireAccount, requireOperator, requireSignedIn, visibleAccount } from '../guard/guard.js'

/** Owner of the requested endpoints: an account, or null for the installation. */
export async function ownerOfEndpoint(
  context: IdentityContext,
  request: { readonly accountId?: string | null; readonly allAccounts?: boolean | null },
): Promise<string | null> {
  if (!request.allAccounts) return (await requireAccount(context, request.accountId, 'webhooks:manage')).id
  if (request.accountId)
    throw new AppError('BAD_USER_INPUT', 'allAccounts cannot be combined with accountId.', {
      details: { field: 'allAccounts' },
    })
  requireInstallation(context)
  return null
}

/** A key for one account is no key for the installation's events, whatever its scopes. */
function requireInstallation(context: IdentityContext): void {
  requireOperator(context, 'ops:write')
  if (!managesInstallation(context))
    throw new AppError('FORBIDDEN', 'This key is limited to one account and cannot read events of all accounts.')
}

const managesInstallation = (context: IdentityContext): boolean =>
  mayOperate(context, 'ops:write') && (context.caller.kind !== 'service' || !context.caller.accountId)

/** An endpoint that the caller can manage. Null otherwise. */
export async function visibleEndpoint(context: IdentityContext, id: string): Promise<WebhookEndpointRow | null> {
  const endpoint = await findEndpoint(context.database, id)
  if (!endpoint) return null
  if (endpoint.accountId === null) return managesInstallation(context) ? endpoint : null
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
