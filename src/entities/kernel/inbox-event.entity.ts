import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import type { InboxState } from './inbox-state.js'
import { sqlIndex } from '../sql-index.js'

/** A provider event as received, stored before it is processed. Unique by provider, event id and digest for at least 400 days. */
export const InboxEventSchema = defineEntity({
  name: 'InboxEvent',
  tableName: 'inbox_event',
  properties: {
    id: p.text().primary(),
    provider: p.text(),
    eventId: p.text(),
    /** The provider's name of the delivery, where its signature covers that. */
    transmissionId: p.text().nullable(),
    /** SHA-256 of a body that its signature does not cover; empty where the signature covers it all. */
    bodyDigest: p.text().default(''),
    type: p.text(),
    /**
     * The provider's object that is fetched to process this event, for example `subscription:sub_…`. Work is serial per
     * object.
     */
    objectKey: p.text(),
    livemode: p.boolean(),
    payload: p.json().$type<Record<string, unknown>>(),
    state: p.text().$type<InboxState>().default('RECEIVED'),
    attempts: p.integer().default(0),
    stateReason: p.text().nullable(),
    effects: p.array().default([]),
    receivedAt: p.datetime().defaultRaw('now()'),
    processedAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'inbox_event_state',
      expression: `state in ('RECEIVED', 'DEFERRED', 'PROCESSED', 'IGNORED', 'QUARANTINED', 'RETRYING', 'DEAD')`,
    },
  ],
  uniques: [{ name: 'inbox_event_once', properties: ['provider', 'eventId', 'bodyDigest'] }],
  indexes: [
    { name: 'inbox_event_by_state', properties: ['state', 'id'] },
    { name: 'inbox_event_object', properties: ['objectKey', 'id'] },
    sqlIndex('inbox_event_explained', `on "inbox_event" ("id") where state_reason is not null`),
    sqlIndex(
      'inbox_event_transmission',
      `on "inbox_event" ("provider", "transmission_id") where transmission_id is not null`,
    ),
    sqlIndex(
      'inbox_event_open',
      `on "inbox_event" ("provider", "object_key") where state in ('RECEIVED', 'DEFERRED', 'RETRYING')`,
    ),
  ],
})

export type InboxEventRow = RowOf<typeof InboxEventSchema>
