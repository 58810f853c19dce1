import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { TemplateSchema } from './template.entity.js'

/** A template that an integration owns and syncs to us. Its ID here is that of the integration. */
export const TemplateSourceSchema = defineEntity({
  name: 'TemplateSource',
  tableName: 'template_source',
  properties: {
    templateId: () => p.manyToOne(TemplateSchema).mapToPk().fieldName('template_id').primary().deleteRule('cascade'),
    /** True if the ID was received as a number and is returned as one. */
    numericId: p.boolean(),
    vendorUserId: p.text().nullable(),
    vendorName: p.text().nullable(),
    /** Last approval, so that a repeated approval changes nothing. Null after a rejection. */
    approval: p.text().nullable(),
    syncedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'template_source_vendor', properties: ['vendorUserId'] }],
})

export type TemplateSourceRow = RowOf<typeof TemplateSourceSchema>
