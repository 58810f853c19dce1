import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * Who did what, by machine time; kept for a year. The same thing within one minute is one row that counts, so that whoever knocks
 * all day fills no table.
 */
export const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  properties: {
    id: p.text().primary(),
    /** Null when it concerns no account, as a request of an agent that nobody knows. */
    accountId: p.text().nullable(),
    /** Who: a user's, key's or agent's id, or what it called itself. */
    actor: p.text(),
    /** As `agent.command_reported`. */
    action: p.text(),
    /** What it was done to: an id, or a deployment's hash. */
    object: p.text(),
    details: p.json().$type<Record<string, unknown>>(),
    /** The minute in which equal entries are one. */
    minute: p.datetime(),
    times: p.integer().default(1),
    at: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'audit_entry_minute', properties: ['minute', 'actor', 'action', 'object'] }],
  indexes: [
    { name: 'audit_entry_actor', properties: ['actor', 'id'] },
    { name: 'audit_entry_object', properties: ['object', 'id'] },
    { name: 'audit_entry_account', properties: ['accountId', 'id'] },
  ],
})

export type AuditEntryRow = RowOf<typeof AuditEntrySchema>
