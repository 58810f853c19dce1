import type { InboxEventRow } from '../../../entities/kernel/inbox-event.entity.js'
import type { InboxState } from '../../../entities/kernel/inbox-state.js'
import type { Sql } from '../database/sql.js'
import { readPage, type Page, type PageRequest } from '../paging/page.js'

/** Filter for received events. Null and undefined do not filter. */
export interface InboxFilter {
  readonly provider?: string | null
  readonly states?: readonly InboxState[] | null
  readonly type?: string | null
}

/** Received events, newest first. */
export function listInboxEvents(sql: Sql, filter: InboxFilter, request: PageRequest): Promise<Page<InboxEventRow>> {
  return readPage(
    request,
    'inbox',
    (event) => [event.id],
    (limit, after) =>
      sql.rows<InboxEventRow>(
        `select * from inbox_event
         where ($1::text is null or provider = $1) and ($2::text[] is null or state = any($2)) and ($3::text is null or type = $3)
           and ($4::text is null or id < $4) order by id desc limit $5`,
        [filter.provider ?? null, filter.states ?? null, filter.type ?? null, after?.[0] ?? null, limit],
      ),
  )
}

export async function findInboxEvent(sql: Sql, id: string): Promise<InboxEventRow | null> {
  return (await sql.row<InboxEventRow>(`select * from inbox_event where id = $1`, [id])) ?? null
}
