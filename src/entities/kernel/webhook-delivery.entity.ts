import { defineEntity, p } from '@mikro-orm/postgresql'
import { leaseColumns } from '../lease-columns.js'
import type { RowOf } from '../row.js'
import { WebhookEndpointSchema } from './webhook-endpoint.entity.js'
import { sqlIndex } from '../sql-index.js'

export type WebhookDeliveryState = 'PENDING' | 'DELIVERED' | 'DEAD'

/** One try of a delivery. */
export interface WebhookAttempt {
  readonly at: string
  readonly statusCode: number | null
  readonly durationMs: number
  /** Error. Null if it was delivered. */
  readonly error: string | null
  /** Beginning of the body of the response as text. Null without one, and absent in attempts that did not keep it. */
  readonly responseBody?: string | null
}

/** One of our events on its way to one endpoint, and what became of each try. */
export const WebhookDeliverySchema = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  properties: {
    id: p.text().primary(),
    endpointId: () => p.manyToOne(WebhookEndpointSchema).mapToPk().fieldName('endpoint_id').deleteRule('cascade'),
    /** Account of the event. Null for events of the installation. */
    accountId: p.text().nullable(),
    /** ID of the outbox event, which is the `webhook-id` by which receivers detect duplicates. */
    eventId: p.text(),
    type: p.text(),
    /** The bytes that are signed and sent, the same at each try. */
    body: p.text(),
    state: p.text().$type<WebhookDeliveryState>().default('PENDING'),
    lastStatusCode: p.integer().nullable(),
    lastError: p.text().nullable(),
    attemptLog: p.json().$type<WebhookAttempt[]>(),
    ...leaseColumns(),
    createdAt: p.datetime().defaultRaw('now()'),
    deliveredAt: p.datetime().nullable(),
  },
  checks: [{ name: 'webhook_delivery_state', expression: `state in ('PENDING', 'DELIVERED', 'DEAD')` }],
  uniques: [{ name: 'webhook_delivery_once', properties: ['endpointId', 'eventId'] }],
  indexes: [
    sqlIndex(
      'webhook_delivery_pending',
      `on "webhook_delivery" ("endpoint_id", "available_at") where state = 'PENDING'`,
    ),
    { name: 'webhook_delivery_endpoint', properties: ['endpointId', 'id'] },
    { name: 'webhook_delivery_created', properties: ['createdAt'] },
    sqlIndex('webhook_delivery_dead', `on "webhook_delivery" ("id") where state = 'DEAD'`),
  ],
})

export type WebhookDeliveryRow = RowOf<typeof WebhookDeliverySchema>
