import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { SPEND_CAP_PERIODS, SPEND_CAP_SETTERS, type SpendCapPeriod, type SpendCapSetter } from './spend-cap.entity.js'

/**
 * Most units of a feature that a member of an account uses in a period, or their highest cost, and the use of the last period in which there
 * was any. Its alerts are rows of `spend_cap_alert`. A table of its own, so that no process reads the cap of a member as one of the account.
 */
export const MemberCapSchema = defineEntity({
  name: 'MemberCap',
  tableName: 'member_cap',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    userId: p.text(),
    feature: p.text(),
    period: p.text().$type<SpendCapPeriod>(),
    setter: p.text().$type<SpendCapSetter>(),
    /** Units, or money in the smallest unit of `currency`. */
    amount: p.bigint('number'),
    /** Null for a cap in units. */
    currency: p.text().nullable(),
    /** Percent of the amount at which an alert is sent, ascending. */
    alertPercents: p.array().columnType('int[]').$type<readonly number[]>(),
    createdBy: p.text(),
    since: p.datetime(),
    endedAt: p.datetime().nullable(),
    /** Start of the period that `used` belongs to. */
    periodStart: p.datetime(),
    /** Units, or their cost rounded up to the smallest unit of the currency. */
    used: p.bigint('number'),
    /** Billionths of the smallest unit by which the cost is rounded up. 0 for a cap in units. */
    roundedUp: p.integer().default(0),
  },
  checks: [
    { name: 'member_cap_amount', expression: `amount >= 0` },
    { name: 'member_cap_period', expression: `period in ('${SPEND_CAP_PERIODS.join(`', '`)}')` },
    { name: 'member_cap_setter', expression: `setter in ('${SPEND_CAP_SETTERS.join(`', '`)}')` },
    { name: 'member_cap_used', expression: `used >= 0` },
    { name: 'member_cap_rounded_up', expression: `rounded_up >= 0 and rounded_up < 1000000000` },
  ],
  indexes: [
    {
      name: 'member_cap_live',
      expression: `create unique index "member_cap_live" on "member_cap" ("account_id", "user_id", "feature", "period", "setter", (currency is null)) where ended_at is null`,
    },
  ],
})

export type MemberCapRow = RowOf<typeof MemberCapSchema>
