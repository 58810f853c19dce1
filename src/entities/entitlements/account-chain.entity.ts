import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * The hash chain of a log of an account: how far it reaches, and its value. The chain of audit entries without an account
 * belongs to `installation`.
 */
export const AccountChainSchema = defineEntity({
  name: 'AccountChain',
  tableName: 'account_chain',
  properties: {
    accountId: p.text().primary(),
    log: p.text().$type<'AUDIT' | 'LEDGER'>().primary(),
    entryCount: p.bigint('number'),
    linkCount: p.integer(),
    value: p.blob().$type<Buffer>(),
    /** Position of the last ledger entry in the chain. Null in a chain of audit entries, which have their number. */
    version: p.bigint('number').nullable(),
    operationNo: p.integer().nullable(),
    entryNo: p.integer().nullable(),
    /** Random key of the commitments to what an erasure removes. Null after an erasure. */
    commitmentKey: p.blob().$type<Buffer>().nullable(),
    /** Time of the last erasure (machine clock). Null if there was none. */
    erasedAt: p.datetime().nullable(),
  },
  checks: [{ name: 'account_chain_log', expression: `log in ('AUDIT', 'LEDGER')` }],
})

export type AccountChainRow = RowOf<typeof AccountChainSchema>
