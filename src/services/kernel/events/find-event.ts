import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '../database/sql.js'
import { positionOf } from '../ids/ids.js'
import { readPageBy, type Page, type PageRequest } from '../paging/page.js'
import { decodeCursor, encodeCursor } from './cursor.js'
import { streamEventsSql } from './stream-events-sql.js'

const WRITTEN = `select * from stream_event where id = $1`
const IN_LEDGER = `select * from ledger_usage_event where stream_id = $1 and sequence = $2`

/** An event by its ID; an event of the ledger is identified by its position. */
export async function findEvent(sql: Sql, id: string): Promise<StreamEventRow | null> {
  const published = positionOf(id, 'evt', 'acc', 1)
  const row = published
    ? await sql.row<StreamEventRow>(IN_LEDGER, [published.ownerId, ...published.place])
    : await sql.row<StreamEventRow>(WRITTEN, [id])
  return row ?? null
}

/** As a bound rather than a condition left out, so that a page far down is found in the index. */
const BEYOND_ALL = '9223372036854775807'

const BEFORE = streamEventsSql(
  `sequence < coalesce($3::bigint, ${BEYOND_ALL}) and ($4::text[] is null or type = any($4))`,
  'sequence desc',
)

/** A stream's events, newest first, one page. */
export function listEvents(
  sql: Sql,
  streamId: string,
  types: readonly string[] | null,
  request: PageRequest,
): Promise<Page<StreamEventRow>> {
  return readPageBy(
    request,
    {
      // Same cursor as that of the event, so that a list and a subscription can continue from either.
      encode: (row: StreamEventRow) => encodeCursor(row.streamId, row.sequence),
      decode: (cursor) => decodeCursor(streamId, cursor),
    },
    (limit, after) => sql.rows<StreamEventRow>(BEFORE, [streamId, limit, after, types?.length ? types : null]),
  )
}
