import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * Sales of a product in one currency on one day (UTC) of its purchases and checkouts: later refunds reduce the day of
 * the purchase.
 */
export const SalesDailySchema = defineEntity({
  name: 'SalesDay',
  tableName: 'sales_day',
  properties: {
    day: p.date().primary(),
    productId: p.text().primary(),
    currency: p.text().primary(),
    purchases: p.bigint('number').default(0),
    grossMinor: p.bigint('number').default(0),
    takenBackMinor: p.bigint('number').default(0),
    /** Checkouts that were begun on the day, and how many of them were paid since. */
    checkouts: p.bigint('number').default(0),
    completed: p.bigint('number').default(0),
  },
})
