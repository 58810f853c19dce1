import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { AccountSchema } from '../identity/account.entity.js'

/** A publisher of templates: an account, or, without one, the operator's own vendor. */
export const VendorSchema = defineEntity({
  name: 'Vendor',
  tableName: 'vendor',
  properties: {
    id: p.text().primary(),
    name: p.text().unique('vendor_name'),
    verified: p.boolean().default(false),
    /** Account whose members manage it and receive its sales events. Null for vendors of the catalog. */
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
    payoutAccountId: p.text().nullable().unique('vendor_payout_account'),
    createdAt: p.datetime().defaultRaw('now()'),
  },
})

export type VendorRow = RowOf<typeof VendorSchema>
