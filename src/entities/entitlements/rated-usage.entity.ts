import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * Quantity of a line of a rate card in one window, and the fraction of a unit that its exact price has so far. Written
 * with every priced use, so it has no foreign key: the writer holds the lock of its account.
 */
export const RatedUsageSchema = defineEntity({
  name: 'RatedUsage',
  tableName: 'rated_usage',
  properties: {
    accountId: p.text().primary(),
    windowEnd: p.datetime().primary(),
    feature: p.text().primary(),
    /** Key of the line: quantity and conditions. */
    line: p.text().primary(),
    windowStart: p.datetime().primary(),
    quantity: p.bigint('number'),
    /** In 10^-15 units. */
    fraction: p.bigint('number'),
  },
  checks: [
    { name: 'rated_usage_quantity', expression: `quantity > 0` },
    { name: 'rated_usage_fraction', expression: `fraction >= 0 and fraction < 1000000000000000` },
  ],
})
