import { defineEntity, p } from '@mikro-orm/postgresql'

/** Units of a feature that were used on one day (UTC) by accounts while they had a plan. */
export const UsageDailySchema = defineEntity({
  name: 'UsageDay',
  tableName: 'usage_day',
  properties: {
    day: p.date().primary(),
    planCode: p.text().primary(),
    feature: p.text().primary(),
    used: p.bigint('number'),
  },
})
