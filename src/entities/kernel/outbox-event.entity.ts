import { defineEntity, p } from '@mikro-orm/postgresql'
import { leaseColumns } from '../lease-columns.js'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

/**
 * Our own events, written in the transaction of their cause and relayed to handlers at least once. Several are relayed
 * concurrently: only streams are ordered.
 */
export const OutboxEventSchema = defineEntity({
  name: 'OutboxEvent',
  tableName: 'outbox_event',
  properties: {
    id: p.text().primary(),
    type: p.text(),
    accountId: p.text().nullable(),
    payload: p.json().$type<Record<string, unknown>>(),
    requestId: p.text().nullable(),
    state: p.text().default('PENDING'),
    lastError: p.text().nullable(),
    ...leaseColumns(),
    at: p.datetime(),
    recordedAt: p.datetime().defaultRaw('now()'),
    relayedAt: p.datetime().nullable(),
  },
  checks: [{ name: 'outbox_event_state', expression: `state in ('PENDING', 'RELAYED', 'DEAD')` }],
  indexes: [
    sqlIndex('outbox_event_pending', `on "outbox_event" ("available_at") where state = 'PENDING'`),
    sqlIndex('outbox_event_dead', `on "outbox_event" ("id") where state = 'DEAD'`),
  ],
})

export type OutboxEventRow = RowOf<typeof OutboxEventSchema>
