import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

/**
 * An event of an account or a deployment, in one gap-free sequence per stream. `at` is business time, but machine time
 * for agents and commands. `recordedAt` is machine time and serves the poll that covers lost notifications. `transactionId`
 * orders the events of several streams (decision 0187); a backup leaves it out.
 */
export const StreamEventSchema = defineEntity({
  name: 'StreamEvent',
  tableName: 'stream_event',
  properties: {
    streamId: p.text().primary(),
    sequence: p.bigint('number').primary(),
    accountId: p.text().primary(),
    id: p.text(),
    type: p.text(),
    summary: p.text(),
    subjectType: p.text().nullable(),
    subjectId: p.text().nullable(),
    changesEntitlements: p.boolean().default(false),
    data: p.json().$type<Record<string, unknown>>(),
    at: p.datetime(),
    recordedAt: p.datetime().defaultRaw('now()'),
    transactionId: p.text().columnType('xid8').defaultRaw('pg_current_xact_id()'),
  },
  uniques: [{ name: 'stream_event_id_unique', properties: ['id', 'accountId'] }],
  indexes: [
    // The types are those that lists leave out unless a filter names them.
    sqlIndex(
      'stream_event_rare',
      `on "stream_event" ("stream_id", "sequence") where type not in ('server.load', 'usage.recorded', 'usage_comparison.progressed', 'webhook_event.received')`,
    ),
    sqlIndex('stream_event_recorded_at', 'on "stream_event" using brin ("recorded_at") with (pages_per_range = 16)'),
  ],
})

/** An event as streams and lists read it. */
export type StreamEventRow = Omit<RowOf<typeof StreamEventSchema>, 'transactionId'>
