import { defineEntity, p } from '@mikro-orm/postgresql'

/** A batch of entries that was added to a chain; never changed. */
export const AccountChainLinkSchema = defineEntity({
  name: 'AccountChainLink',
  tableName: 'account_chain_link',
  properties: {
    accountId: p.text().primary(),
    log: p.text().$type<'AUDIT' | 'LEDGER'>().primary(),
    number: p.integer().primary(),
    /** Number of entries of the chain before this link. */
    entriesBefore: p.bigint('number'),
    /** The digests of its entries, 32 bytes each, in their order. */
    digests: p.blob().$type<Buffer>(),
    /** Value of the chain after this link. */
    value: p.blob().$type<Buffer>(),
    /** Position of its last ledger entry. Null in a chain of audit entries. */
    version: p.bigint('number').nullable(),
    operationNo: p.integer().nullable(),
    entryNo: p.integer().nullable(),
    /** Number of the first signed root that contains this link. */
    rootNumber: p.integer(),
    chainedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'account_chain_link_log', expression: `log in ('AUDIT', 'LEDGER')` }],
})
