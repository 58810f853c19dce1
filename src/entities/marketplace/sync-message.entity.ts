import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

export type SyncAction = 'template_approved' | 'template_updated' | 'template_rejected'
export type SyncMessageState = 'PENDING' | 'SENT' | 'SUPERSEDED' | 'DEAD'

/** A queued template message for the User Service, in order. Its ID is that of the outbox event. */
export const SyncMessageSchema = defineEntity({
  name: 'TemplateSyncMessage',
  tableName: 'template_sync_message',
  properties: {
    id: p.text().primary(),
    templateId: p.text(),
    action: p.text().$type<SyncAction>(),
    body: p.json().$type<Record<string, unknown>>(),
    state: p.text().$type<SyncMessageState>().default('PENDING'),
    attempts: p.integer().default(0),
    lastStatusCode: p.integer().nullable(),
    lastError: p.text().nullable(),
    availableAt: p.datetime().defaultRaw('now()'),
    leaseToken: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    sentAt: p.datetime().nullable(),
  },
  checks: [{ name: 'template_sync_message_state', expression: `state in ('PENDING', 'SENT', 'SUPERSEDED', 'DEAD')` }],
  indexes: [
    {
      name: 'template_sync_message_pending',
      expression: `create index "template_sync_message_pending" on "template_sync_message" ("template_id", "id") where state = 'PENDING'`,
    },
    { name: 'template_sync_message_template', properties: ['templateId', 'id'] },
    {
      name: 'template_sync_message_dead',
      expression: `create index "template_sync_message_dead" on "template_sync_message" ("id") where state = 'DEAD'`,
    },
  ],
})

export type SyncMessageRow = RowOf<typeof SyncMessageSchema>
