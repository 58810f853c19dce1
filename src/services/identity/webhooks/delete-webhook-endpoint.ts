import { sql } from 'kysely'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { secretPurpose } from '#services/kernel/outbound-webhooks/sign-webhook.js'
import type { IdentityContext } from '../model/caller.js'
import { requireEndpoint } from './endpoint-access.js'
import { changeEndpoint } from './change-endpoint.js'

/**
 * Deletes an endpoint and its secrets. The log of its deliveries stays until its retention ends; pending deliveries are
 * not sent. Repeated calls have no effect.
 */
export async function deleteWebhookEndpoint(
  context: IdentityContext,
  { webhookEndpointId: id }: { readonly webhookEndpointId: string },
): Promise<WebhookEndpointRow> {
  const endpoint = await requireEndpoint(context, id, 'delete')
  if (endpoint.deletedAt) return endpoint
  const change = { accountId: endpoint.accountId, action: 'webhook_endpoint.delete', object: id }
  return changeEndpoint(context, change, async (transaction) => {
    const deleted = await transaction.query
      .updateTable('webhook_endpoint')
      .set({
        // LEAST ignores null, so the first time stays. Not every layout of the tables can plan COALESCE with the time.
        deletedAt: sql`least(deleted_at, now())`,
        enabled: false,
        disabledReason: 'It was deleted.',
        secret: context.secrets.seal('', secretPurpose(id)),
        previousSecret: null,
        previousUntil: null,
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await transaction.query
      .updateTable('webhook_delivery')
      .set({ state: 'DEAD', lastError: 'The endpoint was deleted.', leaseToken: null, leaseUntil: null })
      .where('endpointId', '=', id)
      .where('state', '=', 'PENDING')
      .execute()
    return deleted
  })
}
