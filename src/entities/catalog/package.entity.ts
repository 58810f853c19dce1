import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ProductSchema } from './product.entity.js'

export type StoredPackageType = 'ADDON' | 'CREDIT_PACK' | 'ENTERPRISE'

/** Anything sold that is not a plan: an add-on, a credit pack, enterprise. Its terms are in its versions. */
export const PackageSchema = defineEntity({
  name: 'Package',
  tableName: 'package',
  properties: {
    id: p.text().primary(),
    code: p.text().unique('package_code'),
    type: p.text().$type<StoredPackageType>(),
    productId: () => p.manyToOne(ProductSchema).mapToPk().fieldName('product_id'),
    /** Fingerprint of the definition of the last load, including texts: the next load compares it. */
    fingerprint: p.text(),
    active: p.boolean().default(true),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'package_type', expression: `type in ('ADDON', 'CREDIT_PACK', 'ENTERPRISE')` }],
})

export type PackageRow = RowOf<typeof PackageSchema>
