import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A subscriber's URL: for the events of one account, or of all accounts. */
export const WebhookEndpointSchema = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoint',
  properties: {
    id: p.text().primary(),
    /** Null: the events of the whole installation. */
    accountId: p.text().nullable(),
    url: p.text(),
    description: p.text().nullable(),
    /** `*`, `subscription.*` or `subscription.activated`. */
    types: p.array(),
    enabled: p.boolean().default(true),
    disabledReason: p.text().nullable(),
    /** Time since which no delivery succeeded. Null if the last one succeeded. */
    failingSince: p.datetime().nullable(),
    /** Signs; sealed, because it must be read again. */
    secret: p.text(),
    /** Signs as well while a rotation overlaps. */
    previousSecret: p.text().nullable(),
    previousUntil: p.datetime().nullable(),
    createdBy: p.text(),
    /** A deleted endpoint receives nothing; its row keeps the log of its deliveries. */
    deletedAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [
    {
      name: 'webhook_endpoint_once',
      expression: `create unique index "webhook_endpoint_once" on "webhook_endpoint" (coalesce("account_id", ''), "url") where deleted_at is null`,
    },
  ],
})

export type WebhookEndpointRow = RowOf<typeof WebhookEndpointSchema>
