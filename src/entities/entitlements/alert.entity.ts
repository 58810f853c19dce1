import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Number that an alert watches: use of an allowance, the balance of a feature, or the use that is forecast for the end of a window. */
export const ALERT_BASES = ['ALLOWANCE', 'BALANCE', 'FORECAST'] as const
export type AlertBasis = (typeof ALERT_BASES)[number]

/** Effect of a crossing: a notice, or a top-up that billing buys. */
export const ALERT_ACTIONS = ['NOTIFY', 'TOP_UP'] as const
export type AlertAction = (typeof ALERT_ACTIONS)[number]

/**
 * A level that use must not reach, or that a balance must not fall below, unnoticed: in percent or in units, and neither for a forecast.
 * The statement that records a use also records its crossing, so that each crossing is recorded once. A job records the crossings of forecasts.
 */
export const AlertSchema = defineEntity({
  name: 'Alert',
  tableName: 'alert',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    feature: p.text(),
    basis: p.text().$type<AlertBasis>(),
    action: p.text().$type<AlertAction>().default('NOTIFY'),
    percent: p.integer().nullable(),
    units: p.bigint('number').nullable(),
    /** Units of which the percent counts: the allowance at the last crossing, or the highest balance since the last grant. */
    base: p.bigint('number').nullable(),
    /** Start of the window of the last crossing, or time of the last grant. */
    basedAt: p.datetime().nullable(),
    /** True if the next balance below the level is a crossing. Unused for other bases, whose crossings belong to a window. */
    armed: p.boolean().default(true),
    /** Number of crossings so far. */
    crossings: p.integer().default(0),
    createdBy: p.text(),
    since: p.datetime(),
    endedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'alert_basis', expression: `basis in ('${ALERT_BASES.join(`', '`)}')` },
    { name: 'alert_action', expression: `action in ('${ALERT_ACTIONS.join(`', '`)}')` },
    { name: 'alert_level', expression: `num_nonnulls(percent, units) = case basis when 'FORECAST' then 0 else 1 end` },
    { name: 'alert_percent', expression: `percent > 0 and percent <= 100` },
    { name: 'alert_units', expression: `units > 0` },
    { name: 'alert_base', expression: `base >= 0` },
    { name: 'alert_crossings', expression: `crossings >= 0` },
  ],
  indexes: [
    {
      name: 'alert_live',
      expression:
        'create unique index "alert_live" on "alert" ("account_id", "feature", "basis", "action", coalesce(percent, 0), coalesce(units, 0)) where ended_at is null',
    },
  ],
})

export type AlertRow = RowOf<typeof AlertSchema>
