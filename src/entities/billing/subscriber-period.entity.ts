import { defineEntity, p } from '@mikro-orm/postgresql'

/** A stretch in which an account paid for plans without a gap, whichever plans they were. */
export const SubscriberPeriodSchema = defineEntity({
  name: 'SubscriberPeriod',
  tableName: 'subscriber_period',
  properties: {
    accountId: p.text().primary(),
    startedAt: p.datetime().primary(),
    /** Null while active. */
    endedAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'subscriber_period_ended', properties: ['endedAt'] }],
})
