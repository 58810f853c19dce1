import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * Used part of an allowance in one window: a calendar month, a billing period, or one of the sixty buckets of a sliding
 * window. It counts until `windowEnd`, regardless of the plan at that time; for a sliding bucket that is its own end
 * plus the window's length. Written on every use, so it has no foreign key: the writer holds the lock of its account.
 */
export const QuotaUsageSchema = defineEntity({
  name: 'QuotaUsage',
  tableName: 'quota_usage',
  properties: {
    accountId: p.text().primary(),
    windowEnd: p.datetime().primary(),
    feature: p.text().primary(),
    windowStart: p.datetime().primary(),
    used: p.bigint('number'),
    reserved: p.bigint('number'),
  },
  checks: [
    { name: 'quota_usage_used', expression: `used >= 0` },
    { name: 'quota_usage_reserved', expression: `reserved >= 0` },
  ],
})
