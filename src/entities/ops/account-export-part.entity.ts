import { defineEntity, p } from '@mikro-orm/postgresql'

/** A piece of an exported document, as gzip; in order they are the whole. */
export const AccountExportPartSchema = defineEntity({
  name: 'AccountExportPart',
  tableName: 'account_export_part',
  properties: {
    jobId: p.text().primary(),
    position: p.integer().primary(),
    accountId: p.text().primary(),
    content: p.blob(),
  },
})
