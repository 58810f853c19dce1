import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * A level of an allowance that was reached in a window, or a forecast beyond it. A level is written with the use that reached it,
 * and a forecast by a job. Both are sent afterwards.
 */
export const UsageAlertLevelSchema = defineEntity({
  name: 'UsageAlertLevel',
  tableName: 'usage_alert_level',
  properties: {
    accountId: p.text().primary(),
    feature: p.text().primary(),
    windowStart: p.datetime().primary(),
    /** A changed allowance has its levels again. */
    allowance: p.bigint('number').primary(),
    /** 0 for a forecast. */
    percent: p.integer().primary(),
    windowEnd: p.datetime(),
    used: p.bigint('number'),
    /** Units at the end of the window by the forecast. Null for a level. */
    forecast: p.bigint('number').nullable(),
    at: p.datetime(),
    sentAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'usage_alert_level_percent', expression: `percent >= 0 and percent <= 100` },
    { name: 'usage_alert_level_forecast', expression: `(percent = 0) = (forecast is not null)` },
  ],
  indexes: [
    {
      name: 'usage_alert_level_pending',
      expression:
        'create index "usage_alert_level_pending" on "usage_alert_level" ("account_id") where sent_at is null',
    },
  ],
})

export type UsageAlertLevelRow = RowOf<typeof UsageAlertLevelSchema>
