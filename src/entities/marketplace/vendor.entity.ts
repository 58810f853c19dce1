import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { AccountSchema } from '../identity/account.entity.js'

/** Who publishes templates: an account, or, without one, a seller of the operator's own. */
export const VendorSchema = defineEntity({
  name: 'Vendor',
  tableName: 'vendor',
  properties: {
    id: p.text().primary(),
    name: p.text().unique('vendor_name'),
    verified: p.boolean().default(false),
    /** Whose members write for it and are told of its sales; null for those that the catalog names. */
    accountId: () =>
      p
        .manyToOne(AccountSchema)
        .mapToPk()
        .fieldName('account_id')
        .nullable()
        .deleteRule('set null')
        .unique('vendor_account'),
    description: p.text().nullable(),
    website: p.text().nullable(),
    /** The connected account at the payment provider that transfers go to. */
    payeeId: p.text().nullable().unique('vendor_payee'),
    createdAt: p.datetime().defaultRaw('now()'),
  },
})

export type VendorRow = RowOf<typeof VendorSchema>
