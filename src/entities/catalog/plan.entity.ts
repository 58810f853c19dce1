import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ProductSchema } from './product.entity.js'

/** A ranked bundle of features; plans of one group exclude each other. Its terms are in its versions. */
export const PlanSchema = defineEntity({
  name: 'Plan',
  tableName: 'plan',
  properties: {
    id: p.text().primary(),
    code: p.text().unique('plan_code'),
    groupCode: p.text(),
    productId: () => p.manyToOne(ProductSchema).mapToPk().fieldName('product_id'),
    active: p.boolean().default(true),
    /** The User Service that owns plans does not offer it; the catalog's file says nothing of that. */
    hidden: p.boolean().default(false),
    createdAt: p.datetime().defaultRaw('now()'),
  },
})

export type PlanRow = RowOf<typeof PlanSchema>
