import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { WEBHOOK_TOPIC } from '#services/kernel/outbound-webhooks/fan-out.js'
import { findDelivery } from '#services/kernel/outbound-webhooks/webhook-queries.js'
import type { IdentityContext } from '../model/caller.js'
import { requireDelivery } from './endpoint-access.js'
import { REPLAYED } from './replayed.js'
import { changeEndpointOnce } from './change-endpoint.js'

/** Sends an event again in any state, with the same ID, so that receivers can detect the duplicate. */
export async function replayDelivery(
  context: IdentityContext,
  { deliveryId, idempotencyKey }: { readonly deliveryId: string; readonly idempotencyKey: string },
): Promise<WebhookDeliveryRow | Denied> {
  const { delivery, endpoint } = await requireDelivery(context, deliveryId)
  return changeEndpointOnce<WebhookDeliveryRow>(context, {
    mutation: 'replayDelivery',
    idempotencyKey,
    request: { deliveryId },
    change: { accountId: endpoint.accountId, action: 'webhook_delivery.replay', object: deliveryId },
    referenceOf: ({ id }) => ({ __typename: 'WebhookDelivery', id }),
    replay: async (transaction) => (await findDelivery(transaction, deliveryId)) ?? delivery,
    act: async (transaction) => {
      if (endpoint.deletedAt)
        return denied(
          refused('INVALID_TRANSITION', 'The endpoint of this delivery was deleted.', { field: 'deliveryId' }),
        )
      const replayed = await transaction.query
        .updateTable('webhook_delivery')
        .set(REPLAYED)
        .where('id', '=', deliveryId)
        .returningAll()
        .executeTakeFirstOrThrow()
      transaction.announce(WEBHOOK_TOPIC)
      return replayed
    },
  })
}
