import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import type { EntryPrice } from './usage-price.js'
import { forEachUseText, forEachUseTextDigest } from './use-texts.js'
import { sqlIndex } from '../sql-index.js'

/** Kinds of ledger entries. */
export const LEDGER_ENTRY_KINDS = ['GRANT', 'CONSUME', 'RESERVE', 'RELEASE', 'EXPIRE', 'REVOKE', 'ADJUST'] as const
export type LedgerEntryKind = (typeof LEDGER_ENTRY_KINDS)[number]

/**
 * One change of credits or an allowance; append-only and permanent. Its position is the account version, the operation
 * within that version, and the entry within the operation. The entries of a grant sum to its balance, those of an
 * allowance window to its usage, and ADJUST entries without either to the negative debt; ADJUST entries with either are amendments. Written on every use, so it
 * has no foreign key: the writer holds the lock of its account.
 */
export const LedgerEntrySchema = defineEntity({
  name: 'LedgerEntry',
  tableName: 'ledger_entry',
  properties: {
    accountId: p.text().primary(),
    version: p.bigint('number').primary(),
    operationNo: p.integer().primary(),
    entryNo: p.integer().primary(),
    kind: p.text().$type<LedgerEntryKind>(),
    feature: p.text(),
    /** The grant that it moves; null for an allowance and for debt. */
    grantId: p.text().nullable(),
    windowStart: p.datetime().nullable(),
    windowEnd: p.datetime().nullable(),
    /** Positive: granted or released. Negative: consumed or reserved. */
    amount: p.bigint('number'),
    /** Units available from all grants of the feature afterwards. */
    balanceAfter: p.bigint('number'),
    /** Kind and code of the source, as `PLAN pro`. */
    source: p.text().nullable(),
    /** Business time: when it was used, which may be a little before it was recorded. */
    at: p.datetime(),
    /** The caller gives these texts. The reference of a grant is its cause. */
    ...forEachUseText(() => p.text().nullable()),
    /** The place, as `version-op`, of the reservation that it belongs to. */
    reservation: p.text().nullable(),
    /** Only on the first entry of an operation: caller, idempotency key, input and total amount. */
    mutation: p.text().nullable(),
    principal: p.text().nullable(),
    key: p.text().nullable(),
    requestFingerprint: p.text().nullable(),
    operationTotal: p.bigint('number').nullable(),
    /** Only on the first entry of an operation: the price of work with the version of the rate card and the quantities, and the cost of overage. */
    price: p.json().$type<EntryPrice>().nullable(),
    /** Sub-account that used the units. */
    subAccountId: p.text().nullable(),
    /** Member who used the units. */
    userId: p.text().nullable(),
    /** Only on the first entry of an operation: the API key of the caller. Null for users and sessions. */
    apiKeyId: p.text().nullable(),
    /** Commitments to the texts, after they were erased. */
    ...forEachUseTextDigest(() => p.blob().$type<Buffer>().nullable()),
  },
  checks: [{ name: 'ledger_entry_kind', expression: `kind in ('${LEDGER_ENTRY_KINDS.join(`', '`)}')` }],
  indexes: [
    sqlIndex('ledger_entry_at', 'on "ledger_entry" using brin ("at") with (pages_per_range = 16)'),
    sqlIndex(
      'ledger_entry_sub_account',
      'on "ledger_entry" ("account_id", "sub_account_id", "feature", "at") where sub_account_id is not null',
    ),
    {
      name: 'ledger_entry_key',
      expression:
        'create unique index "ledger_entry_key" on "ledger_entry" ("key", "principal", "account_id", "mutation") where key is not null',
    },
  ],
})

export type LedgerEntryRow = RowOf<typeof LedgerEntrySchema>
