import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

export type BrokerMessageState = 'PENDING' | 'SENT' | 'DEAD'

/** A message for installers about a deployment. Its ID is that of the outbox event. */
export const BrokerMessageSchema = defineEntity({
  name: 'BrokerMessage',
  tableName: 'broker_message',
  properties: {
    id: p.text().primary(),
    accountId: p.text().nullable(),
    routingKey: p.text(),
    body: p.json().$type<Record<string, unknown>>(),
    state: p.text().$type<BrokerMessageState>().default('PENDING'),
    attempts: p.integer().default(0),
    lastError: p.text().nullable(),
    availableAt: p.datetime().defaultRaw('now()'),
    leaseToken: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    sentAt: p.datetime().nullable(),
  },
  checks: [{ name: 'broker_message_state', expression: `state in ('PENDING', 'SENT', 'DEAD')` }],
  indexes: [
    {
      name: 'broker_message_pending',
      expression: `create index "broker_message_pending" on "broker_message" ("available_at") where state = 'PENDING'`,
    },
    {
      name: 'broker_message_dead',
      expression: `create index "broker_message_dead" on "broker_message" ("id") where state = 'DEAD'`,
    },
  ],
})

export type BrokerMessageRow = RowOf<typeof BrokerMessageSchema>
