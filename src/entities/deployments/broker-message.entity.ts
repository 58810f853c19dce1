import { defineEntity, p } from '@mikro-orm/postgresql'
import { leaseColumns } from '../lease-columns.js'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

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
    /** The body with its keys in the order in which they are sent. Null if a process of the previous release wrote it. */
    bodyText: p.text().nullable(),
    state: p.text().$type<BrokerMessageState>().default('PENDING'),
    lastError: p.text().nullable(),
    ...leaseColumns(),
    createdAt: p.datetime().defaultRaw('now()'),
    sentAt: p.datetime().nullable(),
  },
  checks: [{ name: 'broker_message_state', expression: `state in ('PENDING', 'SENT', 'DEAD')` }],
  indexes: [
    sqlIndex('broker_message_pending', `on "broker_message" ("available_at") where state = 'PENDING'`),
    sqlIndex('broker_message_dead', `on "broker_message" ("id") where state = 'DEAD'`),
  ],
})

export type BrokerMessageRow = RowOf<typeof BrokerMessageSchema>
