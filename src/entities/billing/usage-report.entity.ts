import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

/** `PENDING` is not sent yet, `SENDING` may or may not have arrived, `SENT` is counted, `DEAD` waits for an operator, who retries it or makes it `DROPPED`. */
export type UsageReportState = 'PENDING' | 'SENDING' | 'SENT' | 'DEAD' | 'DROPPED'

/** In place of the code of a feature, for reports of use that the server invoices: of ended windows, and at a threshold. No code contains a space. */
export const ENDED_WINDOWS = '* ended overage'
export const THRESHOLD = '* overage'

/** Cost of the units of one window and tariff that were not invoiced before, or of the used part of an unpaid period. */
export interface OverageLine {
  readonly plan: string
  /** Feature of units beyond an allowance. Absent for the used part of an unpaid period. */
  readonly feature?: string
  /** Text of the tariff. Absent for the used part of an unpaid period. */
  readonly tariff?: string
  readonly currency: string
  readonly units: number
  /** Units of the window at this tariff that were on earlier invoices. Absent for the used part of an unpaid period. */
  readonly from?: number
  readonly amountMinor: number
  /** Text of the line. Absent for units beyond an allowance, whose text is derived. */
  readonly description?: string
  /** ISO 8601. */
  readonly windowStart: string
  readonly windowEnd: string
}

/** Usage of one feature by one paying account over a ledger range, reported to a provider's meter or invoiced exactly once. */
export const UsageReportSchema = defineEntity({
  name: 'UsageReport',
  tableName: 'usage_report',
  properties: {
    /** Also the identifier under which the provider counts it once. */
    id: p.text().primary(),
    accountId: p.text().primary(),
    provider: p.text(),
    feature: p.text(),
    /** The provider's meter. Empty for the cost of overage that the server invoices. */
    meter: p.text(),
    /** Lines of the invoice. Null for a report to a meter. */
    lines: p.json().$type<readonly OverageLine[]>().nullable(),
    /** The provider's invoice. Null before it exists, and for a report to a meter. */
    invoiceId: p.text().nullable(),
    /** Report of the account whose invoice has its lines too. Null for a report that is sent by itself. */
    sentWith: p.text().nullable(),
    /** Purchase whose charged-back money it claims again. Null for a first charge. */
    replaces: p.text().nullable(),
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
    /** Time at which the invoice of a threshold was paid or voided. No other threshold is invoiced before. Null for every other report. */
    closedAt: p.datetime().nullable(),
  },
  uniques: [{ name: 'usage_report_once', properties: ['accountId', 'feature', 'fromVersion'] }],
  checks: [
    { name: 'usage_report_state', expression: `state in ('PENDING', 'SENDING', 'SENT', 'DEAD', 'DROPPED')` },
    { name: 'usage_report_lines', expression: `(meter = '') <> (lines is null)` },
    { name: 'usage_report_amount', expression: 'amount > 0 and to_version > from_version' },
  ],
  indexes: [
    { name: 'usage_report_invoice', properties: ['accountId', 'provider', 'invoiceId'] },
    sqlIndex('usage_report_open', `on "usage_report" ("id") where state in ('PENDING', 'SENDING')`),
    {
      name: 'usage_report_one_threshold',
      expression: `create unique index "usage_report_one_threshold" on "usage_report" ("account_id") where feature = '${THRESHOLD}' and closed_at is null and state <> 'DROPPED'`,
    },
    sqlIndex('usage_report_dead', `on "usage_report" ("id") where state = 'DEAD'`),
  ],
})

export type UsageReportRow = RowOf<typeof UsageReportSchema>
