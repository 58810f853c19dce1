import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * Units of an allowance whose use was reached in a window. Written with the use that reached them, and sent afterwards. A table of
 * its own, so that no process reads units as percent.
 */
export const UsageAlertAmountSchema = defineEntity({
  name: 'UsageAlertAmount',
  tableName: 'usage_alert_amount',
  properties: {
    accountId: p.text().primary(),
    feature: p.text().primary(),
    windowStart: p.datetime().primary(),
    /** The level. It is reached once in a window, whatever the allowance is. */
    amount: p.bigint('number').primary(),
    windowEnd: p.datetime(),
    used: p.bigint('number'),
    /** Null if it is unlimited. */
    allowance: p.bigint('number').nullable(),
    at: p.datetime(),
    sentAt: p.datetime().nullable(),
  },
  checks: [{ name: 'usage_alert_amount_amount', expression: `amount > 0 and used >= amount` }],
  indexes: [
    {
      name: 'usage_alert_amount_pending',
      expression:
        'create index "usage_alert_amount_pending" on "usage_alert_amount" ("account_id") where sent_at is null',
    },
  ],
})

export type UsageAlertAmountRow = RowOf<typeof UsageAlertAmountSchema>
