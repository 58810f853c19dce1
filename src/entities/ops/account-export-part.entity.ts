import { defineEntity, p } from '@mikro-orm/postgresql'
import { AccountJobSchema } from './account-job.entity.js'

/** A piece of an exported document, as gzip; in order they are the whole. */
export const AccountExportPartSchema = defineEntity({
  name: 'AccountExportPart',
  tableName: 'account_export_part',
  properties: {
    jobId: () => p.manyToOne(AccountJobSchema).mapToPk().fieldName('job_id').primary().deleteRule('cascade'),
    position: p.integer().primary(),
    content: p.blob(),
  },
})
