import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * What happened to an account or a deployment, in one gap-free sequence per stream. `at` is business time, but machine
 * time for what agents and commands do; `recordedAt` is machine time and serves the poll behind the live news. What the ledger says as
 * well is not written down twice: the view `ledger_event` tells of such uses, in the same columns.
 */
export const StreamEventSchema = defineEntity({
  name: 'StreamEvent',
  tableName: 'stream_event',
  properties: {
    streamId: p.text().primary(),
    sequence: p.bigint('number').primary(),
    id: p.text().unique('stream_event_id_unique'),
    accountId: p.text(),
    type: p.text(),
    summary: p.text(),
    subjectType: p.text().nullable(),
    subjectId: p.text().nullable(),
    changesRights: p.boolean().default(false),
    data: p.json().$type<Record<string, unknown>>(),
    at: p.datetime(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [
    {
      name: 'stream_event_recorded_at',
      expression:
        'create index "stream_event_recorded_at" on "stream_event" using brin ("recorded_at") with (pages_per_range = 16)',
    },
  ],
})

export type StreamEventRow = RowOf<typeof StreamEventSchema>
