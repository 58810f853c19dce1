import { defineEntity, p } from '@mikro-orm/postgresql'

/** When the schedule last began a comparison of each kind, so that several processes take turns. */
export const ReconciliationScheduleSchema = defineEntity({
  name: 'ReconciliationTurn',
  tableName: 'reconciliation_turn',
  properties: {
    provider: p.text().primary(),
    scope: p.text().primary(),
    begunAt: p.datetime(),
  },
})
