import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '../database/sql.js'
import { readPageBy, type Page, type PageRequest } from '../paging/page.js'
import { decodeCursor, encodeCursor } from './cursor.js'
import { selectsRareTypes, type EventFilter } from './event-filter.js'
import type { EventStream } from './follow-stream.js'
import { eventsBefore, findEventsByIds, nextEvents, rareEventsBefore } from './events.sql.js'

export const eventsByIds = (sql: Sql, ids: readonly string[]): Promise<StreamEventRow[]> =>
  sql.rows(findEventsByIds, { ids })

/** A stream's events, newest first, one page. */
export function listEvents(
  sql: Sql,
  { streamId, accountId }: EventStream,
  filter: EventFilter,
  request: PageRequest,
): Promise<Page<StreamEventRow>> {
  return readPageBy(
    request,
    {
      // Same cursor as that of the event, so that a list and a subscription can continue from either.
      encode: (row: StreamEventRow) => encodeCursor(row.streamId, row.sequence),
      decode: (cursor) => decodeCursor(streamId, cursor, request.backward ? 'before' : 'after'),
    },
    (limit, from, backward) => {
      const wanted = { ...filter, accountId, streamId, limit }
      return backward
        ? sql.rows(nextEvents, { ...wanted, after: from ?? -1 })
        : sql.rows(selectsRareTypes(filter) ? rareEventsBefore : eventsBefore, { ...wanted, before: from })
    },
  )
}
