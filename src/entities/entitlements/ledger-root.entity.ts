import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** The signed root of the Merkle tree over all chains at the end of a day of the business clock. */
export const LedgerRootSchema = defineEntity({
  name: 'LedgerRoot',
  tableName: 'ledger_root',
  properties: {
    number: p.integer().primary().autoincrement(false),
    /** Business time up to which the root covers what was recorded. */
    at: p.datetime(),
    /** The signed text: canonical JSON. */
    content: p.text(),
    keyId: p.text(),
    signature: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'ledger_root_at', properties: ['at'] }],
})

export type LedgerRootRow = RowOf<typeof LedgerRootSchema>
