import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * Sales of a product in one currency on one day (UTC) of its purchases and checkouts: later refunds reduce the day of
 * the purchase.
 */
export const SalesDailySchema = defineEntity({
  name: 'SalesDaily',
  tableName: 'sales_daily',
  properties: {
    day: p.date().primary(),
    productId: p.text().primary(),
    currency: p.text().primary(),
    purchases: p.bigint('number').default(0),
    grossMinor: p.bigint('number').default(0),
    reversedMinor: p.bigint('number').default(0),
    /** Checkouts started on the day, and how many of them were paid. */
    checkoutsStarted: p.bigint('number').default(0),
    checkoutsCompleted: p.bigint('number').default(0),
  },
})
