import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { TemplateSchema } from './template.entity.js'

/** A template that a sibling service keeps and tells us of. Its id here is the sibling's. */
export const TemplateSourceSchema = defineEntity({
  name: 'TemplateSource',
  tableName: 'template_source',
  properties: {
    templateId: () => p.manyToOne(TemplateSchema).mapToPk().fieldName('template_id').primary().deleteRule('cascade'),
    /** The id came as a number, and is told as one. */
    numericId: p.boolean(),
    vendorUserId: p.text().nullable(),
    vendorName: p.text().nullable(),
    /** What was approved last, so that the same approval again changes nothing; null since it was rejected. */
    approval: p.text().nullable(),
    syncedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'template_source_vendor', properties: ['vendorUserId'] }],
})

export type TemplateSourceRow = RowOf<typeof TemplateSourceSchema>
