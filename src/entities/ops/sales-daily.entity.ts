import { defineEntity, p } from '@mikro-orm/postgresql'

/** What a product brought in one currency on one day (UTC) of its purchases and checkouts: what is given back later leaves the day of its purchase. */
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
