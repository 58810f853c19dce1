import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A category of the marketplace. */
export const CategorySchema = defineEntity({
  name: 'Category',
  tableName: 'category',
  properties: {
    id: p.text().primary(),
    code: p.text().unique('category_code'),
    title: p.text(),
    priority: p.integer().default(0),
    metadata: p.json().$type<Record<string, unknown>>(),
  },
})

export type CategoryRow = RowOf<typeof CategorySchema>
