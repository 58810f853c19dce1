import { defineEntity, p } from '@mikro-orm/postgresql'
import { AccountTaskSchema } from './account-task.entity.js'

/** A piece of an exported document, as gzip; in order they are the whole. */
export const AccountExportPartSchema = defineEntity({
  name: 'AccountExportPart',
  tableName: 'account_export_part',
  properties: {
    taskId: () => p.manyToOne(AccountTaskSchema).mapToPk().fieldName('task_id').primary().deleteRule('cascade'),
    place: p.integer().primary(),
    content: p.blob(),
  },
})
