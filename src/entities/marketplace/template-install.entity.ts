import { defineEntity, p } from '@mikro-orm/postgresql'
import { TemplateSchema } from './template.entity.js'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/** That an account deployed a template: counted once for each deployment, and the right to rate it. Append-only. */
export const TemplateInstallSchema = defineEntity({
  name: 'TemplateInstall',
  tableName: 'template_install',
  properties: {
    deploymentId: p.text().primary(),
    accountId: () => ownerKey().deleteRule('cascade'),
    templateId: () =>
      p.manyToOne(TemplateSchema).mapToPk().fieldName('template_id').updateRule('no action').deleteRule('cascade'),
    /** The template's number has it. */
    counted: p.boolean().default(false),
    at: p.datetime(),
  },
  indexes: [
    { name: 'template_install_account', properties: ['accountId', 'templateId'] },
    { name: 'template_install_template', properties: ['templateId', 'at'] },
    sqlIndex('template_install_uncounted', `on "template_install" ("deployment_id") where not counted`),
  ],
})
