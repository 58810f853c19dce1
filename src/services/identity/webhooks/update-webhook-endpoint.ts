import { sql } from 'kysely'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { WEBHOOK_TOPIC } from '#services/kernel/outbound-webhooks/fan-out.js'
import { validateEventTypes } from '#services/kernel/events/event-filter.js'
import type { IdentityContext } from '../caller.js'
import { requireEndpoint } from './endpoint-access.js'
import { changeEndpoint } from './change-endpoint.js'

/**
 * Enables or disables an endpoint, or changes its event types. Pending deliveries are sent after it is enabled again.
 */
export async function updateWebhookEndpoint(
  context: IdentityContext,
  request: { readonly id: string; readonly enabled?: boolean | null; readonly types?: readonly string[] | null },
): Promise<WebhookEndpointRow> {
  const { id, accountId } = await requireEndpoint(context, request.id)
  const types = request.types ? validateEventTypes(request.types) : null
  const { enabled } = request
  return changeEndpoint(context, accountId, 'webhook_endpoint.update', id, async (transaction) => {
    const updated = await transaction.query
      .updateTable('webhook_endpoint')
      .set((eb) => ({
        types: types ?? eb.ref('types'),
        ...(enabled == null ? {} : { enabled, disabledReason: enabled ? null : 'It was switched off.' }),
        ...(enabled ? { failingSince: null } : {}),
      }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (enabled)
      await transaction.query
        .updateTable('webhook_delivery')
        .set({ availableAt: sql`now()`, attempts: 0 })
        .where('endpointId', '=', id)
        .where('state', '=', 'PENDING')
        .where('leaseToken', 'is', null)
        .execute()
    transaction.announce(WEBHOOK_TOPIC)
    return updated
  })
}
