import { defineEntity, p } from '@mikro-orm/postgresql'

/** Up to which of its versions an account is counted in the numbers; -1: not at all yet. */
export const AnalyticsCheckpointSchema = defineEntity({
  name: 'AnalyticsCheckpoint',
  tableName: 'analytics_checkpoint',
  properties: {
    accountId: p.text().primary(),
    version: p.bigint('number'),
  },
})
