import { defineEntity, p } from '@mikro-orm/postgresql'
import { sqlIndex } from '../sql-index.js'

/** Periods (UTC) whose usage is summed. */
export const ROLLUP_PERIODS = ['HOUR', 'DAY', 'MONTH'] as const
/** Columns that are sums. */
export const ROLLUP_SUMS = ['used', 'cost_minor', 'provider_cost', 'unknown_costs'] as const

/**
 * Usage of an account in an hour, a day and a month, by everything that it can be grouped by but the reference. It follows from the ledger up to the
 * version of `analytics_checkpoint`. A text is empty where the usage has none.
 */
export const UsageRollupSchema = defineEntity({
  name: 'UsageRollup',
  tableName: 'usage_rollup',
  properties: {
    accountId: p.text().primary(),
    period: p.text().primary().$type<(typeof ROLLUP_PERIODS)[number]>(),
    feature: p.text().primary(),
    startsAt: p.datetime().primary(),
    /** Currency of the cost. Empty for rows of units. */
    currency: p.text().primary(),
    subAccountId: p.text().primary(),
    userId: p.text().primary(),
    apiKeyId: p.text().primary(),
    /** Dimensions of the priced work, and properties of the use. */
    dimensions: p.json().$type<Readonly<Record<string, string>>>().primary(),
    used: p.bigint('number'),
    /** In the smallest unit of the currency. */
    costMinor: p.bigint('number'),
    /** Cost of the units for the seller, in US dollars. */
    providerCost: p.decimal('string').columnType('numeric').default(0),
    /** Number of uses whose cost is not known. */
    unknownCosts: p.bigint('number').default(0),
  },
  indexes: [
    // Its columns never change, so that a sum that grows writes no index.
    sqlIndex('usage_rollup_day', `on "usage_rollup" ("starts_at") where period = 'DAY' and currency = ''`),
  ],
  checks: [{ name: 'usage_rollup_period', expression: `period in ('${ROLLUP_PERIODS.join(`', '`)}')` }],
})
