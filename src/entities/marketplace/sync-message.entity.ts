import { defineEntity, p } from '@mikro-orm/postgresql'
import { leaseColumns } from '../lease-columns.js'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

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
    lastStatusCode: p.integer().nullable(),
    lastError: p.text().nullable(),
    ...leaseColumns(),
    createdAt: p.datetime().defaultRaw('now()'),
    sentAt: p.datetime().nullable(),
  },
  checks: [{ name: 'template_sync_message_state', expression: `state in ('PENDING', 'SENT', 'SUPERSEDED', 'DEAD')` }],
  indexes: [
    sqlIndex(
      'template_sync_message_pending',
      `on "template_sync_message" ("template_id", "id") where state = 'PENDING'`,
    ),
    { name: 'template_sync_message_template', properties: ['templateId', 'id'] },
    sqlIndex('template_sync_message_dead', `on "template_sync_message" ("id") where state = 'DEAD'`),
  ],
})

export type SyncMessageRow = RowOf<typeof SyncMessageSchema>
