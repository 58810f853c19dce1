import { newId } from '../ids/ids.js'
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
export const recordChange = (sql: Sql, record: AuditRecord): Promise<void> => write(sql, record, `clock_timestamp()`)

/**
 * Writes an audit entry, in the transaction of the action if there is one. The same action by the same actor within a
 * minute increments one row, which keeps the details of the first occurrence.
 */
export const recordAudit = (sql: Sql, record: AuditRecord): Promise<void> =>
  write(sql, record, `date_trunc('minute', now())`)

async function write(
  sql: Sql,
  { accountId, actor, action, object, details }: AuditRecord,
  moment: string,
): Promise<void> {
  await sql.run(
    `insert into audit_entry (id, account_id, actor, action, object, details, minute) values ($1, $2, $3, $4, $5, $6, ${moment})
     on conflict (minute, actor, action, object) do update set occurrences = audit_entry.occurrences + 1`,
    [newId('aud'), accountId, actor.slice(0, MAX_NAME), action, object.slice(0, MAX_NAME), details ?? {}],
  )
}
