import type { StreamEventRow } from '../../../entities/kernel/stream-event.entity.js'
import type { Sql } from '../database/sql.js'
import { readPage, type Page, type PageRequest } from '../paging/page.js'

export async function findEvent(sql: Sql, id: string): Promise<StreamEventRow | null> {
  return (await sql.row<StreamEventRow>(`select * from stream_event where id = $1`, [id])) ?? null
}

/** A stream's events, newest first, one page. */
export function listEvents(
  sql: Sql,
  streamId: string,
  types: readonly string[] | null,
  request: PageRequest,
): Promise<Page<StreamEventRow>> {
  return readPage(
    request,
    'events',
    (row) => [String(row.sequence)],
    (limit, after) =>
      sql.rows(
        `select * from stream_event where stream_id = $1 and ($3::bigint is null or sequence < $3) and ($4::text[] is null or type = any($4)) order by sequence desc limit $2`,
        [streamId, limit, after?.[0] ?? null, types?.length ? types : null],
      ),
  )
}
