import { defineEntity, p } from '@mikro-orm/postgresql'

/** Units of a feature that were used on one day (UTC) by accounts while they had a plan. */
export const UsageDailySchema = defineEntity({
  name: 'UsageDaily',
  tableName: 'usage_daily',
  properties: {
    day: p.date().primary(),
    planCode: p.text().primary(),
    feature: p.text().primary(),
    used: p.bigint('number'),
  },
})
