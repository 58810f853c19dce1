import { defineEntity, p } from '@mikro-orm/postgresql'

/** The digest of a block of up to 1,024 neighboring chains below a root, so that an inclusion proof reads one block only. */
export const LedgerRootBlockSchema = defineEntity({
  name: 'LedgerRootBlock',
  tableName: 'ledger_root_block',
  properties: {
    rootNumber: p.integer().primary(),
    block: p.integer().primary(),
    /** Account and log of its first chain. */
    firstAccount: p.text(),
    firstLog: p.text(),
    digest: p.blob().$type<Buffer>(),
  },
})
