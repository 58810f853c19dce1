import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** `PENDING` is not sent yet, `SENDING` may or may not have arrived, `SENT` is counted, `DEAD` waits for an operator, who retries it or makes it `DROPPED`. */
export type UsageReportState = 'PENDING' | 'SENDING' | 'SENT' | 'DEAD' | 'DROPPED'

/** Usage of one feature by one paying account over a ledger range, reported to a provider's meter exactly once. */
export const UsageReportSchema = defineEntity({
  name: 'UsageReport',
  tableName: 'usage_report',
  properties: {
    /** Also the identifier under which the provider counts it once. */
    id: p.text().primary(),
    accountId: p.text().primary(),
    provider: p.text(),
    feature: p.text(),
    /** The provider's meter. */
    meter: p.text(),
    /** The account's versions that it covers: above the first, up to and including the second. */
    fromVersion: p.bigint('number'),
    toVersion: p.bigint('number'),
    amount: p.bigint('number'),
    /** Business time of the last use in it. */
    at: p.datetime(),
    state: p.text().$type<UsageReportState>().default('PENDING'),
    /** Business time of the first attempt: the provider forgets identifiers after a day. */
    firstSentAt: p.datetime().nullable(),
    lastError: p.text().nullable(),
  },
  uniques: [{ name: 'usage_report_once', properties: ['accountId', 'feature', 'fromVersion'] }],
  checks: [
    { name: 'usage_report_state', expression: `state in ('PENDING', 'SENDING', 'SENT', 'DEAD', 'DROPPED')` },
    { name: 'usage_report_amount', expression: 'amount > 0 and to_version > from_version' },
  ],
  indexes: [
    {
      name: 'usage_report_open',
      expression: `create index "usage_report_open" on "usage_report" ("id") where state in ('PENDING', 'SENDING')`,
    },
    {
      name: 'usage_report_dead',
      expression: `create index "usage_report_dead" on "usage_report" ("id") where state = 'DEAD'`,
    },
  ],
})

export type UsageReportRow = RowOf<typeof UsageReportSchema>
