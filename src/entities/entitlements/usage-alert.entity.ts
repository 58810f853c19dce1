import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Alerts that an account has set on the allowance of a quota. */
export const UsageAlertSchema = defineEntity({
  name: 'UsageAlert',
  tableName: 'usage_alert',
  properties: {
    accountId: p.text().primary(),
    feature: p.text().primary(),
    /** Percent of the allowance at which an alert is sent, ascending. */
    percents: p.array().columnType('int[]').$type<readonly number[]>(),
    /** Used units at which an alert is sent, ascending. */
    amounts: p.array().columnType('bigint[]').$type<readonly number[]>().default([]),
    /** True if an alert is sent when the forecast exceeds the allowance. */
    onForecast: p.boolean(),
    createdBy: p.text(),
    since: p.datetime(),
    /** Window and allowance that `highest` belongs to. Null: no level was reached yet. */
    windowStart: p.datetime().nullable(),
    allowance: p.bigint('number'),
    /** Highest level in percent that was reached. 0: none. */
    highest: p.integer(),
    /** Window that `highestAmount` belongs to. Null: no amount was reached yet. */
    amountsWindowStart: p.datetime().nullable(),
    /** Highest amount that was reached. 0: none. */
    highestAmount: p.bigint('number').default(0),
  },
  checks: [{ name: 'usage_alert_highest', expression: `highest >= 0 and highest <= 100` }],
})

export type UsageAlertRow = RowOf<typeof UsageAlertSchema>
