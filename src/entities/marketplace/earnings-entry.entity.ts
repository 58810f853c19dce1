import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { VendorSchema } from './vendor.entity.js'
import { ownerKey } from '../owner-key.js'

export type EarningsEntryKind = 'SALE' | 'CLAWBACK' | 'CLAWBACK_REVERSED' | 'PAYOUT' | 'PAYOUT_RETURNED'

/** One movement of what a vendor has earned. Append-only: what a vendor is owed is the sum. */
export const EarningsEntrySchema = defineEntity({
  name: 'EarningsEntry',
  tableName: 'earnings_entry',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    vendorId: () => p.manyToOne(VendorSchema).mapToPk().fieldName('vendor_id'),
    kind: p.text().$type<EarningsEntryKind>(),
    purchaseId: p.text().nullable(),
    payoutId: p.text().nullable(),
    /** Amount that the buyer paid, for a sale. */
    grossMinor: p.bigint('number').default(0),
    /** Negative: clawed back, or paid out. */
    amountMinor: p.bigint('number'),
    currency: p.text(),
    /** The share that was agreed at the sale. */
    shareBasisPoints: p.integer().nullable(),
    at: p.datetime(),
  },
  checks: [
    {
      name: 'earnings_entry_kind',
      expression: `kind in ('SALE', 'CLAWBACK', 'CLAWBACK_REVERSED', 'PAYOUT', 'PAYOUT_RETURNED')`,
    },
  ],
  indexes: [
    { name: 'earnings_entry_vendor', properties: ['vendorId', 'at', 'id'] },
    { name: 'earnings_entry_purchase', properties: ['purchaseId'] },
    {
      name: 'earnings_entry_one_sale',
      expression: `create unique index "earnings_entry_one_sale" on "earnings_entry" ("purchase_id", "account_id") where kind = 'SALE'`,
    },
  ],
})

export type EarningsEntryRow = RowOf<typeof EarningsEntrySchema>
