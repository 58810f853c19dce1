import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * How much of an allowance was used in one window: a calendar month, a billing period, or one of the sixty buckets of a sliding
 * window. It counts until `windowEnd`, whatever plan the account has by then; a sliding bucket's is the bucket's own end plus the
 * window's length. Written on every use, so it has no foreign key: its account is locked by whoever writes it.
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
