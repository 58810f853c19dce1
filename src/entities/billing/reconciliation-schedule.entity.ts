import { defineEntity, p } from '@mikro-orm/postgresql'

/** When the schedule last began a comparison of each kind, so that several processes take turns. */
export const ReconciliationScheduleSchema = defineEntity({
  name: 'ReconciliationSchedule',
  tableName: 'reconciliation_schedule',
  properties: {
    provider: p.text().primary(),
    scope: p.text().primary(),
    lastStartedAt: p.datetime(),
  },
})
