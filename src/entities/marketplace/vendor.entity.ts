import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Who publishes templates. */
export const VendorSchema = defineEntity({
  name: 'Vendor',
  tableName: 'vendor',
  properties: {
    id: p.text().primary(),
    name: p.text().unique('vendor_name'),
    verified: p.boolean().default(false),
  },
})

export type VendorRow = RowOf<typeof VendorSchema>
