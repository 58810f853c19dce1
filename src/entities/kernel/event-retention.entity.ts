import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * Position up to which retention has deleted an account's events; an account without a row has all of them. The ledger
 * is permanent, but usage before that position is hidden.
 */
export const EventRetentionSchema = defineEntity({
  name: 'EventRetention',
  tableName: 'event_retention',
  properties: {
    accountId: p.text().primary(),
    deletedThrough: p.bigint('number'),
  },
})
