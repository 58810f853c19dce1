import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'
import { VendorSchema } from './vendor.entity.js'

/**
 * A payout to a vendor: manual, as in the export, or a transfer of the provider. `CREATING` is the intent before the
 * provider responds.
 */
export const VendorPayoutSchema = defineEntity({
  name: 'VendorPayout',
  tableName: 'vendor_payout',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    vendorId: () => p.manyToOne(VendorSchema).mapToPk().fieldName('vendor_id'),
    method: p.text().$type<'MANUAL' | 'STRIPE'>(),
    status: p.text().$type<'CREATING' | 'PAID' | 'FAILED'>(),
    amountMinor: p.bigint('number'),
    currency: p.text(),
    /** Reference of a manual payout, as shown on the bank statement. */
    reference: p.text().nullable(),
    /** Recipient account at the provider. */
    payoutAccountId: p.text().nullable(),
    externalId: p.text().nullable(),
    failureReason: p.text().nullable(),
    requestedBy: p.text(),
    createdAt: p.datetime(),
    completedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'vendor_payout_amount', expression: 'amount_minor > 0' },
    { name: 'vendor_payout_method', expression: `method in ('MANUAL', 'STRIPE')` },
    { name: 'vendor_payout_status', expression: `status in ('CREATING', 'PAID', 'FAILED')` },
  ],
  indexes: [{ name: 'vendor_payout_vendor', properties: ['vendorId', 'id'] }],
})

export type VendorPayoutRow = RowOf<typeof VendorPayoutSchema>
