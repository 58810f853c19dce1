import type { InboxEventRow } from '#entities/kernel/inbox-event.entity.js'
import type { InboxState } from '#entities/kernel/inbox-state.js'
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
      sql.query
        .selectFrom('inbox_event')
        .selectAll()
        .$if(!!filter.provider, (query) => query.where('provider', '=', filter.provider!))
        .$if(!!filter.states, (query) => query.where('state', 'in', filter.states!))
        .$if(!!filter.type, (query) => query.where('type', '=', filter.type!))
        .$if(!!after, (query) => query.where('id', '<', after![0]!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  )
}

export async function findInboxEvent(sql: Sql, id: string): Promise<InboxEventRow | null> {
  return (await sql.query.selectFrom('inbox_event').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}
