import { defineEntity, p } from '@mikro-orm/postgresql'

/** A stretch in which an account paid for plans without a gap, whichever plans they were. */
export const SubscriberPeriodSchema = defineEntity({
  name: 'SubscriberSpan',
  tableName: 'subscriber_span',
  properties: {
    accountId: p.text().primary(),
    since: p.datetime().primary(),
    /** Null while active. */
    endedAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'subscriber_span_ended', properties: ['endedAt'] }],
})
