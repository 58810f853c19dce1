import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import type { WebhookDelivery, WebhookEndpoint } from '#schema/identity/webhook-endpoint.type.js'
import type { ListedDelivery } from '#services/kernel/outbound-webhooks/webhook-queries.js'

export const toWebhookEndpoint = (row: WebhookEndpointRow): WebhookEndpoint => ({
  __typename: 'WebhookEndpoint',
  id: row.id,
  url: row.url,
  types: row.types,
  description: row.description,
  accountId: row.accountId,
  allAccounts: row.accountId === null,
  enabled: row.enabled,
  disabledReason: row.disabledReason,
  failingSince: row.failingSince,
  previousSecretUntil: row.previousUntil,
  createdAt: row.createdAt,
  deletedAt: row.deletedAt,
})

export const toWebhookDelivery = (
  row: ListedDelivery & Partial<Pick<WebhookDeliveryRow, 'body'>>,
): WebhookDelivery => ({
  __typename: 'WebhookDelivery',
  id: row.id,
  endpointId: row.endpointId,
  eventId: row.eventId,
  type: row.type,
  attemptCount: row.attempts,
  status: row.state,
  lastStatusCode: row.lastStatusCode,
  lastError: row.lastError,
  nextAttemptAt: row.state === 'PENDING' ? row.availableAt : null,
  createdAt: row.createdAt,
  deliveredAt: row.deliveredAt,
  attempts: row.attemptLog.map(({ at, statusCode, durationMs, error, responseBody = null }) => ({
    at: new Date(at),
    statusCode,
    durationSeconds: durationMs / 1_000,
    error,
    responseBody,
  })),
  ...(row.body === undefined ? {} : { body: row.body }),
})
