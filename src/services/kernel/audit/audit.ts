import { sql, type RawBuilder } from 'kysely'
import type { Sql } from '../database/sql.js'

/** An action that can be looked up later. */
export interface AuditRecord {
  readonly accountId: string | null
  readonly actor: string
  readonly action: string
  readonly object: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Names come from outside in places (an agent's id); no row grows by them. */
export const MAX_NAME = 200

/** Records a change with its previous and new state as a separate entry that is never merged. */
export const recordChange = (database: Sql, record: AuditRecord): Promise<void> =>
  write(database, record, sql<Date>`clock_timestamp()`)

/**
 * Writes an audit entry, in the transaction of the action if there is one. The same action by the same actor within a
 * minute increments one row, which keeps the details of the first occurrence.
 */
export const recordAudit = (database: Sql, record: AuditRecord): Promise<void> =>
  write(database, record, sql<Date>`date_trunc('minute', now())`)

async function write(
  database: Sql,
  { accountId, actor, action, object, details }: AuditRecord,
  minute: RawBuilder<Date>,
): Promise<void> {
  await database.query
    .insertInto('audit_entry')
    .values({
      id: database.newId('aud'),
      accountId,
      actor: actor.slice(0, MAX_NAME),
      action,
      object: object.slice(0, MAX_NAME),
      details: details ?? {},
      minute,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['minute', 'actor', 'action', 'object'])
        .doUpdateSet({ occurrences: sql`audit_entry.occurrences + 1` }),
    )
    .execute()
}
