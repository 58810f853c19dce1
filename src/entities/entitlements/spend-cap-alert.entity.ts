import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A level of a cap that was reached in a period. Written with the use that reached it, and sent afterwards. */
export const SpendCapAlertSchema = defineEntity({
  name: 'SpendCapAlert',
  tableName: 'spend_cap_alert',
  properties: {
    accountId: p.text().primary(),
    capId: p.text().primary(),
    periodStart: p.datetime().primary(),
    percent: p.integer().primary(),
    used: p.bigint('number'),
    at: p.datetime(),
    sentAt: p.datetime().nullable(),
  },
  indexes: [
    {
      name: 'spend_cap_alert_pending',
      expression: 'create index "spend_cap_alert_pending" on "spend_cap_alert" ("account_id") where sent_at is null',
    },
  ],
})

export type SpendCapAlertRow = RowOf<typeof SpendCapAlertSchema>
