import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A balance that fell below a level in percent. Written with the use that caused it, and sent by a job. */
export const BalancePercentCrossingSchema = defineEntity({
  name: 'BalancePercentCrossing',
  tableName: 'balance_percent_crossing',
  properties: {
    accountId: p.text().primary(),
    levelId: p.text().primary(),
    /** Number of the crossing within its level, from 1. */
    number: p.integer().primary(),
    /** Units of which the percent counted. */
    base: p.bigint('number'),
    /** Units after the use. */
    balance: p.bigint('number'),
    at: p.datetime(),
    handledAt: p.datetime().nullable(),
  },
  checks: [{ name: 'balance_percent_crossing_number', expression: `number > 0` }],
  indexes: [
    {
      name: 'balance_percent_crossing_pending',
      expression:
        'create index "balance_percent_crossing_pending" on "balance_percent_crossing" ("account_id") where handled_at is null',
    },
  ],
})

export type BalancePercentCrossingRow = RowOf<typeof BalancePercentCrossingSchema>
