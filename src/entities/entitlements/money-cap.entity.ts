import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { SPEND_CAP_PERIODS, SPEND_CAP_SETTERS, type SpendCapPeriod, type SpendCapSetter } from './spend-cap.entity.js'

/**
 * Highest cost of a feature beyond its allowance in a period, and the cost of the last period in which there was any. Its alerts
 * are rows of `spend_cap_alert`. A table of its own, so that no process reads money as units.
 */
export const MoneyCapSchema = defineEntity({
  name: 'MoneyCap',
  tableName: 'money_cap',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    feature: p.text(),
    period: p.text().$type<SpendCapPeriod>(),
    setter: p.text().$type<SpendCapSetter>(),
    amountMinor: p.bigint('number'),
    currency: p.text(),
    /** Percent of the amount at which an alert is sent, ascending. */
    alertPercents: p.array().columnType('int[]').$type<readonly number[]>(),
    createdBy: p.text(),
    since: p.datetime(),
    endedAt: p.datetime().nullable(),
    /** Start of the period that `usedMinor` belongs to. */
    periodStart: p.datetime(),
    usedMinor: p.bigint('number'),
  },
  checks: [
    { name: 'money_cap_amount', expression: `amount_minor >= 0` },
    { name: 'money_cap_used', expression: `used_minor >= 0` },
    { name: 'money_cap_period', expression: `period in ('${SPEND_CAP_PERIODS.join(`', '`)}')` },
    { name: 'money_cap_setter', expression: `setter in ('${SPEND_CAP_SETTERS.join(`', '`)}')` },
  ],
  indexes: [
    {
      name: 'money_cap_live',
      expression: `create unique index "money_cap_live" on "money_cap" ("account_id", "feature", "period", "setter") where ended_at is null`,
    },
  ],
})

export type MoneyCapRow = RowOf<typeof MoneyCapSchema>
