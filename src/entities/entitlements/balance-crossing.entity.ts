import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** A balance that fell below a level. Written with the use that caused it, and handled by a job. */
export const BalanceCrossingSchema = defineEntity({
  name: 'BalanceCrossing',
  tableName: 'balance_crossing',
  properties: {
    accountId: p.text().primary(),
    levelId: p.text().primary(),
    /** Number of the crossing within its level, from 1. */
    number: p.integer().primary(),
    /** Units after the use. */
    balance: p.bigint('number'),
    at: p.datetime(),
    handledAt: p.datetime().nullable(),
  },
  checks: [{ name: 'balance_crossing_number', expression: `number > 0` }],
  indexes: [
    {
      name: 'balance_crossing_pending',
      expression:
        'create index "balance_crossing_pending" on "balance_crossing" ("account_id") where handled_at is null',
    },
  ],
})

export type BalanceCrossingRow = RowOf<typeof BalanceCrossingSchema>
