import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '../database/sql.js'
import { positionOf } from '../ids/ids.js'
import { readPageBy, type Page, type PageRequest } from '../paging/page.js'
import { decodeCursor, encodeCursor } from './cursor.js'
import { eventsBefore, findByIdOrPosition } from './events.sql.js'

/** An event by its ID; an event of the ledger is identified by its position. */
export async function findEvent(sql: Sql, id: string): Promise<StreamEventRow | null> {
  const position = positionOf(id, 'evt', 'acc', 1)
  const row = await sql.row(findByIdOrPosition, {
    id,
    streamId: position?.ownerId ?? null,
    sequence: position?.place[0] ?? null,
  })
  return row ?? null
}

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
    (limit, before) => sql.rows(eventsBefore, { streamId, before, types: types?.length ? types : null, limit }),
  )
}
