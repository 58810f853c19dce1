import { defineEntity, p } from '@mikro-orm/postgresql'

/** The sandbox's stored business time; one row. */
export const BusinessClockSchema = defineEntity({
  name: 'BusinessClock',
  tableName: 'business_clock',
  properties: {
    id: p.integer().primary().autoincrement(false),
    now: p.datetime(),
  },
  checks: [{ name: 'business_clock_one_row', expression: 'id = 1' }],
})
