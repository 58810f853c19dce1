import { defineEntity, p } from '@mikro-orm/postgresql'

/** Counted state of a purchase in its day: a change adds the difference. */
export const CountedPurchaseSchema = defineEntity({
  name: 'CountedPurchase',
  tableName: 'counted_purchase',
  properties: {
    purchaseId: p.text().primary(),
    accountId: p.text().primary(),
    reversedMinor: p.bigint('number'),
  },
})
