import { defineEntity, p } from '@mikro-orm/postgresql'

/** Credits that expire on one day (UTC): the number granted and not revoked, and the number unused at their expiry. */
export const CreditDailySchema = defineEntity({
  name: 'CreditDaily',
  tableName: 'credit_daily',
  properties: {
    day: p.date().primary(),
    feature: p.text().primary(),
    granted: p.bigint('number').default(0),
    expired: p.bigint('number').default(0),
  },
})
