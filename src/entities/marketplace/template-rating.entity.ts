import { defineEntity, p } from '@mikro-orm/postgresql'
import { TemplateSchema } from './template.entity.js'
import { ownerKey } from '../owner-key.js'

/** Ratings of former releases (decision 0347). A contracting migration drops the table. */
export const TemplateRatingSchema = defineEntity({
  name: 'TemplateRating',
  tableName: 'template_rating',
  properties: {
    /** Public ID. The account of a rating is not public. */
    id: p.text(),
    templateId: () =>
      p
        .manyToOne(TemplateSchema)
        .mapToPk()
        .fieldName('template_id')
        .primary()
        .updateRule('no action')
        .deleteRule('cascade'),
    accountId: () => ownerKey().deleteRule('cascade'),
    stars: p.integer(),
    comment: p.text().nullable(),
    at: p.datetime(),
  },
  checks: [{ name: 'template_rating_stars', expression: 'stars >= 1 and stars <= 5' }],
  uniques: [{ name: 'template_rating_id', properties: ['id', 'accountId'] }],
})
