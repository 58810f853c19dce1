import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

export type ProductType = 'PLAN' | 'PACKAGE' | 'TEMPLATE'

/** A product for sale. A template's product refers to it by `externalId`; the template itself has no price. */
export const ProductSchema = defineEntity({
  name: 'Product',
  tableName: 'product',
  properties: {
    id: p.text().primary(),
    type: p.text().$type<ProductType>(),
    code: p.text(),
    name: p.text(),
    externalId: p.text().nullable(),
    vendorId: p.text().nullable(),
    active: p.boolean().default(true),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'product_type', expression: `type in ('PLAN', 'PACKAGE', 'TEMPLATE')` }],
  uniques: [
    { name: 'product_code', properties: ['type', 'code'] },
    { name: 'product_external', properties: ['type', 'externalId'] },
  ],
})

export type ProductRow = RowOf<typeof ProductSchema>
