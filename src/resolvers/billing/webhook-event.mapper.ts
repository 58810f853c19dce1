import type { ListedInboxEvent } from '#services/kernel/inbox/inbox-queries.js'
import type { PaymentProvider } from '#schema/billing/payment-provider.js'
import type { WebhookEvent } from '#schema/billing/webhook-event.type.js'

export const toWebhookEvent = (
  row: ListedInboxEvent & { readonly payload?: Record<string, unknown> },
): WebhookEvent => ({
  __typename: 'WebhookEvent',
  id: row.id,
  provider: row.provider as PaymentProvider,
  eventId: row.eventId,
  type: row.type,
  status: row.state,
  attemptCount: row.attempts,
  statusReason: row.stateReason,
  receivedAt: row.receivedAt,
  processedAt: row.processedAt,
  effects: row.effects,
  ...(row.payload ? { wholePayload: row.payload } : {}),
})
