import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

/**
 * An audit entry (machine clock), retained for a year. Equal actions within one minute share one row with a counter, so
 * that repeated requests do not fill the table.
 */
export const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  properties: {
    id: p.text().primary(),
    /** Null if no account is concerned, for example for a request of an unknown agent. */
    accountId: p.text().nullable(),
    /** ID of the user, key or agent, or the name that it claimed. */
    actor: p.text(),
    /** As `agent.command_reported`. */
    action: p.text(),
    /** ID of the object, or a deployment's hash. */
    object: p.text(),
    details: p.json().$type<Record<string, unknown>>(),
    /** The minute in which equal entries are one. */
    minute: p.datetime(),
    occurrences: p.integer().default(1),
    at: p.datetime().defaultRaw('now()'),
    /** Its number in the hash chain of its account, from 0. Null until it is chained, minutes after it was written. */
    chainNo: p.bigint('number').nullable(),
    /** Commitment to the details, after they were erased. */
    detailsDigest: p.blob().$type<Buffer>().nullable(),
  },
  uniques: [{ name: 'audit_entry_minute', properties: ['minute', 'actor', 'action', 'object'] }],
  indexes: [
    { name: 'audit_entry_actor', properties: ['actor', 'id'] },
    { name: 'audit_entry_object', properties: ['object', 'id'] },
    { name: 'audit_entry_account', properties: ['accountId', 'id'] },
    sqlIndex('audit_entry_unchained', 'on "audit_entry" ("minute") where chain_no is null'),
  ],
})

export type AuditEntryRow = RowOf<typeof AuditEntrySchema>
