import { defineEntity, p } from '@mikro-orm/postgresql'

/** Credits whose time ends on one day (UTC): how many were granted and not taken back, and how many ended unused. */
export const CreditDailySchema = defineEntity({
  name: 'CreditDay',
  tableName: 'credit_day',
  properties: {
    day: p.date().primary(),
    feature: p.text().primary(),
    granted: p.bigint('number').default(0),
    expired: p.bigint('number').default(0),
  },
})
