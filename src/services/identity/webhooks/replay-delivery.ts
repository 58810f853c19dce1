import { sql } from 'kysely'
import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import { WEBHOOK_TOPIC } from '#services/kernel/outbound-webhooks/fan-out.js'
import type { IdentityContext } from '../caller.js'
import { requireDelivery } from './endpoint-access.js'
import { changeEndpoint } from './change-endpoint.js'

/** Sends an event again in any state, with the same ID, so that receivers can detect the duplicate. */
export async function replayDelivery(context: IdentityContext, id: string): Promise<WebhookDeliveryRow> {
  const { delivery, endpoint } = await requireDelivery(context, id)
  return changeEndpoint(context, endpoint.accountId, 'webhook_delivery.replay', id, async (transaction) => {
    const replayed = await transaction.query
      .updateTable('webhook_delivery')
      .set({
        state: 'PENDING',
        attempts: 0,
        availableAt: sql`now()`,
        lastError: null,
        deliveredAt: null,
        leaseToken: null,
        leaseUntil: null,
      })
      .where('id', '=', delivery.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    transaction.announce(WEBHOOK_TOPIC)
    return replayed
  })
}
