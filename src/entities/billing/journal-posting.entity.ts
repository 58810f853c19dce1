import { defineEntity, p } from '@mikro-orm/postgresql'

/** Facts that an entry of the journal books. */
const JOURNAL_KINDS = [
  'INVOICE',
  'CREDIT_NOTE',
  'SALE',
  'PAYMENT',
  'WRITE_OFF',
  'REFUND',
  'DISPUTE',
  'CREDIT',
  'EARNING',
  'PAYOUT',
  'REVENUE',
  'FEE',
  'CORRECTION',
] as const
export type JournalKind = (typeof JOURNAL_KINDS)[number]

/** A posting of a month that is closed. It is never changed. */
export const JournalPostingSchema = defineEntity({
  name: 'JournalPosting',
  tableName: 'journal_posting',
  properties: {
    /** As `2026-10`. */
    month: p.text().primary(),
    position: p.integer().primary(),
    /** Key of its entry: equal for what corrects it. */
    key: p.text(),
    /** Month of the fact. It differs from `month` in a correction. */
    origin: p.text(),
    kind: p.text().$type<JournalKind>(),
    at: p.datetime(),
    account: p.text().nullable(),
    document: p.text(),
    currency: p.text(),
    ledgerAccount: p.text(),
    /** A debit, or a credit below zero. */
    amountMinor: p.bigint('number'),
  },
  checks: [
    { name: 'journal_posting_kind', expression: `kind in (${JOURNAL_KINDS.map((kind) => `'${kind}'`).join(', ')})` },
  ],
  indexes: [{ name: 'journal_posting_origin', properties: ['origin'] }],
})
