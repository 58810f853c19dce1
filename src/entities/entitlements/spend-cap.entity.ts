import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Periods in which the use of a cap is counted. */
export const SPEND_CAP_PERIODS = ['DAY', 'MONTH', 'BILLING_PERIOD'] as const
export type SpendCapPeriod = (typeof SPEND_CAP_PERIODS)[number]

/** Setter of a cap: the account, or an operator whose cap the account cannot change. */
export const SPEND_CAP_SETTERS = ['ACCOUNT', 'OPERATOR'] as const
export type SpendCapSetter = (typeof SPEND_CAP_SETTERS)[number]

/**
 * Most units of a feature that an account uses in a period, and the use of the last period in which there was any. Use
 * and decision are one statement, so no concurrent use exceeds it.
 */
export const SpendCapSchema = defineEntity({
  name: 'SpendCap',
  tableName: 'spend_cap',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    feature: p.text(),
    period: p.text().$type<SpendCapPeriod>(),
    setter: p.text().$type<SpendCapSetter>(),
    amount: p.bigint('number'),
    /** Sub-account whose use it limits. Null: the whole account. */
    subAccountId: p.text().nullable(),
    /** Percent of the amount at which an alert is sent, ascending. */
    alertPercents: p.array().columnType('int[]').$type<readonly number[]>(),
    createdBy: p.text(),
    since: p.datetime(),
    endedAt: p.datetime().nullable(),
    /** Start of the period that `used` belongs to. */
    periodStart: p.datetime(),
    used: p.bigint('number'),
  },
  checks: [
    { name: 'spend_cap_amount', expression: `amount >= 0` },
    { name: 'spend_cap_used', expression: `used >= 0` },
    { name: 'spend_cap_period', expression: `period in ('${SPEND_CAP_PERIODS.join(`', '`)}')` },
    { name: 'spend_cap_setter', expression: `setter in ('${SPEND_CAP_SETTERS.join(`', '`)}')` },
  ],
  indexes: [
    {
      name: 'spend_cap_live',
      expression: `create unique index "spend_cap_live" on "spend_cap" ("account_id", "feature", "period", "setter", coalesce("sub_account_id", '')) where ended_at is null`,
    },
  ],
})

export type SpendCapRow = RowOf<typeof SpendCapSchema>
