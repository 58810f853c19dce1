import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * Units of a quota beyond its allowance in one window, at one tariff. Written with every such use, so it has no foreign key: the
 * writer holds the lock of its account.
 */
export const OverageUsageSchema = defineEntity({
  name: 'OverageUsage',
  tableName: 'overage_usage',
  properties: {
    accountId: p.text().primary(),
    windowEnd: p.datetime().primary(),
    feature: p.text().primary(),
    windowStart: p.datetime().primary(),
    /** Text of the tariff. */
    tariff: p.text().primary(),
    used: p.bigint('number'),
    reserved: p.bigint('number'),
    /** Used units that an invoice of the server charges. */
    invoiced: p.bigint('number').default(0),
  },
  checks: [
    { name: 'overage_usage_tariff', expression: `tariff::jsonb is not null` },
    { name: 'overage_usage_used', expression: `used >= 0` },
    { name: 'overage_usage_reserved', expression: `reserved >= 0` },
    { name: 'overage_usage_invoiced', expression: `invoiced >= 0` },
  ],
})
