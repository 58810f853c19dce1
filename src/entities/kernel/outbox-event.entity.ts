import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

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
    attempts: p.integer().default(0),
    lastError: p.text().nullable(),
    availableAt: p.datetime().defaultRaw('now()'),
    leaseToken: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
    at: p.datetime(),
    recordedAt: p.datetime().defaultRaw('now()'),
    relayedAt: p.datetime().nullable(),
  },
  checks: [{ name: 'outbox_event_state', expression: `state in ('PENDING', 'RELAYED', 'DEAD')` }],
  indexes: [
    {
      name: 'outbox_event_pending',
      expression: `create index "outbox_event_pending" on "outbox_event" ("available_at") where state = 'PENDING'`,
    },
    {
      name: 'outbox_event_dead',
      expression: `create index "outbox_event_dead" on "outbox_event" ("id") where state = 'DEAD'`,
    },
  ],
})

export type OutboxEventRow = RowOf<typeof OutboxEventSchema>
