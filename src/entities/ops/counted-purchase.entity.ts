import { defineEntity, p } from '@mikro-orm/postgresql'

/** A purchase as it is counted in its day: what a change of it adds or takes is the difference. */
export const CountedPurchaseSchema = defineEntity({
  name: 'PurchaseTally',
  tableName: 'purchase_tally',
  properties: {
    purchaseId: p.text().primary(),
    accountId: p.text(),
    takenBackMinor: p.bigint('number'),
  },
})
