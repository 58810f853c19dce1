import { defineEntity, p } from '@mikro-orm/postgresql'
import { sqlIndex } from '../sql-index.js'

/** A crossing of an alert, or of a level of a spend cap. Written with the use that caused it, and handled by a job. */
export const AlertCrossingSchema = defineEntity({
  name: 'AlertCrossing',
  tableName: 'alert_crossing',
  properties: {
    accountId: p.text().primary(),
    /** The alert or the spend cap. */
    alertId: p.text().primary(),
    /** Names the crossing within its alert: its number, or its window with the level and base that belong to it. */
    key: p.text().primary(),
    /** Level in percent. Null for a level in units and for a forecast. */
    percent: p.integer().nullable(),
    /** Units or money of which the percent counts. Null for a level of a balance in units, and for an unlimited allowance. */
    base: p.bigint('number').nullable(),
    /** Used units or cost, or the balance. */
    value: p.bigint('number'),
    /** Units at the end of the window by the forecast. Null for other bases. */
    forecast: p.bigint('number').nullable(),
    /** Window or period. Null for a balance. */
    windowStart: p.datetime().nullable(),
    windowEnd: p.datetime().nullable(),
    at: p.datetime(),
    handledAt: p.datetime().nullable(),
  },
  indexes: [sqlIndex('alert_crossing_pending', 'on "alert_crossing" ("account_id") where handled_at is null')],
})
