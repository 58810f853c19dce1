import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Periods in which the use of a cap is counted. */
export const CAP_PERIODS = ['DAY', 'MONTH', 'BILLING_PERIOD'] as const
export type CapPeriod = (typeof CAP_PERIODS)[number]

/**
 * Most units of a feature that an account, a member or a sub-account uses in a period, or their highest cost beyond the allowance, and the use of
 * the last period in which there was any. Use and decision are one statement, so no concurrent use exceeds it.
 */
export const SpendCapSchema = defineEntity({
  name: 'SpendCap',
  tableName: 'spend_cap',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    feature: p.text(),
    period: p.text().$type<CapPeriod>(),
    /** True if the account cannot change it. */
    setByOperator: p.boolean(),
    /** Units, or money in the smallest unit of `currency`. */
    amount: p.bigint('number'),
    /** Null for a cap in units. */
    currency: p.text().nullable(),
    /** Sub-account whose use it limits. Null: the whole account. */
    subAccountId: p.text().nullable(),
    /** Member whose use it limits. Null: all of them. */
    userId: p.text().nullable(),
    /** Percent of the amount at which an alert is sent, ascending. */
    alertPercents: p.array().columnType('int[]').$type<readonly number[]>(),
    createdBy: p.text(),
    since: p.datetime(),
    endedAt: p.datetime().nullable(),
    /** Start of the period that `used` belongs to. */
    periodStart: p.datetime(),
    /** Units, or their cost. The cost of a member is rounded up to the smallest unit of the currency. */
    used: p.bigint('number'),
    /** Billionths of the smallest unit by which the cost of a member is rounded up. 0 for other caps. */
    roundedUp: p.integer().default(0),
  },
  checks: [
    { name: 'spend_cap_amount', expression: `amount >= 0` },
    { name: 'spend_cap_used', expression: `used >= 0` },
    { name: 'spend_cap_rounded_up', expression: `rounded_up >= 0 and rounded_up < 1000000000` },
    { name: 'spend_cap_user', expression: `user_id is null or sub_account_id is null` },
    { name: 'spend_cap_period', expression: `period in ('${CAP_PERIODS.join(`', '`)}')` },
  ],
  indexes: [
    {
      name: 'spend_cap_live',
      expression: `create unique index "spend_cap_live" on "spend_cap" ("account_id", "feature", "period", "set_by_operator", (currency is null), coalesce("sub_account_id", ''), coalesce("user_id", '')) where ended_at is null`,
    },
  ],
})

export type SpendCapRow = RowOf<typeof SpendCapSchema>
