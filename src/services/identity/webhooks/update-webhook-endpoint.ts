import type { UpdateWebhookEndpointArgs } from '#schema/identity/change-webhook-endpoint.type.js'
import { sql } from 'kysely'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { refusedInput } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { WEBHOOK_TOPIC } from '#services/kernel/outbound-webhooks/fan-out.js'
import type { IdentityContext } from '../model/caller.js'
import { checkEndpoint } from './check-endpoint.js'
import { deniedIfUrlIsUsed } from './create-webhook-endpoint.js'
import { requireEndpoint } from './endpoint-access.js'
import { changeEndpoint } from './change-endpoint.js'

/**
 * Changes the settings of an endpoint, or enables or disables it. Pending deliveries are sent after it is enabled
 * again, and to a changed URL.
 */
export async function updateWebhookEndpoint(
  context: IdentityContext,
  { webhookEndpointId, changes }: UpdateWebhookEndpointArgs,
): Promise<WebhookEndpointRow | Denied> {
  const { id, accountId } = await requireEndpoint(context, webhookEndpointId)
  const { enabled } = changes
  const { url, types, description, issues } = checkEndpoint(context, accountId, {
    ...changes,
    ...(changes.description === null ? { description: '' } : {}),
  })
  const [issue, ...further] = issues.map((one) => ({ ...one, path: ['changes', ...one.path] }))
  if (issue) return denied(refusedInput([issue, ...further]))
  const change = { accountId, action: 'webhook_endpoint.update', object: id }
  const changed: Promise<WebhookEndpointRow | Denied> = changeEndpoint(context, change, async (transaction) => {
    const updated = await transaction.query
      .updateTable('webhook_endpoint')
      .set((eb) => ({
        types: types ?? eb.ref('types'),
        ...(url === undefined ? {} : { url }),
        ...(description === undefined ? {} : { description }),
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
  return changed.catch((error: unknown) => deniedIfUrlIsUsed(error, 'changes.url'))
}
