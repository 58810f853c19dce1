import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * A period in which a subscription had the same recurring amount and plan. Written in the transaction that changes the
 * subscription, and never changed after its end: past figures stay.
 */
export const RecurringPeriodSchema = defineEntity({
  name: 'RecurringPeriod',
  tableName: 'recurring_period',
  properties: {
    /** ID of a subscription to a plan or to another product. */
    subscriptionId: p.text().primary(),
    /** Business time, inclusive. It can be in the future. */
    startedAt: p.datetime().primary(),
    accountId: p.text().primary(),
    /** Business time, exclusive. Null while active. */
    endedAt: p.datetime().nullable(),
    /** Null for a subscription to another product. */
    planId: p.text().nullable(),
    currency: p.text(),
    /** Amount of a year at list prices, in minor units: twelve times a monthly price, or a yearly price. */
    yearlyMinor: p.bigint('number'),
  },
  checks: [
    { name: 'recurring_period_amount', expression: 'yearly_minor > 0' },
    { name: 'recurring_period_order', expression: 'ended_at > started_at' },
  ],
  indexes: [
    { name: 'recurring_period_account', properties: ['accountId'] },
    {
      name: 'recurring_period_open',
      expression: `create unique index "recurring_period_open" on "recurring_period" ("subscription_id", "account_id") where ended_at is null`,
    },
  ],
})

export type RecurringPeriodRow = RowOf<typeof RecurringPeriodSchema>
