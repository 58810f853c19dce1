import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { AccountSchema } from '../identity/account.entity.js'
import { VendorSchema } from './vendor.entity.js'

/** Money on its way to a vendor: by hand, as the export says, or as a transfer of the provider. `CREATING` is the intent before its answer. */
export const VendorPayoutSchema = defineEntity({
  name: 'VendorPayout',
  tableName: 'vendor_payout',
  properties: {
    id: p.text().primary(),
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id'),
    vendorId: () => p.manyToOne(VendorSchema).mapToPk().fieldName('vendor_id'),
    method: p.text().$type<'MANUAL' | 'STRIPE'>(),
    status: p.text().$type<'CREATING' | 'PAID' | 'FAILED'>(),
    amountMinor: p.bigint('number'),
    currency: p.text(),
    /** What the bank's statement says, for one by hand. */
    reference: p.text().nullable(),
    /** Where the provider sends it. */
    payeeId: p.text().nullable(),
    externalId: p.text().nullable(),
    why: p.text().nullable(),
    requestedBy: p.text(),
    createdAt: p.datetime(),
    settledAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'vendor_payout_amount', expression: 'amount_minor > 0' },
    { name: 'vendor_payout_method', expression: `method in ('MANUAL', 'STRIPE')` },
    { name: 'vendor_payout_status', expression: `status in ('CREATING', 'PAID', 'FAILED')` },
  ],
  indexes: [{ name: 'vendor_payout_vendor', properties: ['vendorId', 'id'] }],
})

export type VendorPayoutRow = RowOf<typeof VendorPayoutSchema>
