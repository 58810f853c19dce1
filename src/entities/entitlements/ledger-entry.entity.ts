import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** What a movement was. */
export const LEDGER_ENTRY_KINDS = ['GRANT', 'CONSUME', 'RESERVE', 'RELEASE', 'EXPIRE', 'REVOKE', 'ADJUST'] as const
export type LedgerEntryKind = (typeof LEDGER_ENTRY_KINDS)[number]

/**
 * One movement of credits or of an allowance; append-only, for ever. Its place is the account's version, the operation within that
 * version, and the movement within the operation. The entries of a grant sum to its balance; those of an allowance's window to its
 * use; those of kind ADJUST, with neither, to the debt with its sign turned. Written on every use, so it has no foreign key: its
 * account is locked by whoever writes it.
 */
export const LedgerEntrySchema = defineEntity({
  name: 'LedgerEntry',
  tableName: 'ledger_entry',
  properties: {
    accountId: p.text().primary(),
    version: p.bigint('number').primary(),
    op: p.integer().primary(),
    ord: p.integer().primary(),
    kind: p.text().$type<LedgerEntryKind>(),
    feature: p.text(),
    /** The grant that it moves; null for an allowance and for debt. */
    grantId: p.text().nullable(),
    windowStart: p.datetime().nullable(),
    windowEnd: p.datetime().nullable(),
    /** Positive: given or given back. Negative: taken. */
    amount: p.bigint('number'),
    /** What could be used of all grants of the feature after it. */
    balanceAfter: p.bigint('number'),
    /** Kind and code of the source, as `PLAN pro`. */
    source: p.text().nullable(),
    /** Business time: when it was used, which may be a little before it was recorded. */
    at: p.datetime(),
    /** The caller's own word for what it was for, or the cause of a grant. */
    reference: p.text().nullable(),
    /** The place, as `version-op`, of the reservation that it belongs to. */
    reservation: p.text().nullable(),
    /** On an operation's first entry alone: who asked, under which key, for what, and how much in all. */
    mutation: p.text().nullable(),
    principal: p.text().nullable(),
    key: p.text().nullable(),
    request: p.text().nullable(),
    total: p.bigint('number').nullable(),
  },
  checks: [{ name: 'ledger_entry_kind', expression: `kind in ('${LEDGER_ENTRY_KINDS.join(`', '`)}')` }],
  indexes: [
    {
      name: 'ledger_entry_at',
      expression: 'create index "ledger_entry_at" on "ledger_entry" using brin ("at") with (pages_per_range = 16)',
    },
    {
      name: 'ledger_entry_key',
      expression:
        'create unique index "ledger_entry_key" on "ledger_entry" ("key", "principal", "account_id", "mutation") where key is not null',
    },
  ],
})

export type LedgerEntryRow = RowOf<typeof LedgerEntrySchema>
