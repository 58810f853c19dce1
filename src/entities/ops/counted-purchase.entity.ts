import { defineEntity, p } from '@mikro-orm/postgresql'

/** Counted state of a purchase in its day: a change adds the difference. */
export const CountedPurchaseSchema = defineEntity({
  name: 'PurchaseTally',
  tableName: 'purchase_tally',
  properties: {
    purchaseId: p.text().primary(),
    accountId: p.text(),
    takenBackMinor: p.bigint('number'),
  },
})
