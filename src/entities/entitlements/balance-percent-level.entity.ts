import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * Percent of what an account held after its last grant, below which an alert is sent. A table of its own, so that no process reads
 * percent as units.
 */
export const BalancePercentLevelSchema = defineEntity({
  name: 'BalancePercentLevel',
  tableName: 'balance_percent_level',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    feature: p.text(),
    percent: p.integer(),
    /** Highest balance since the last grant, in units. */
    base: p.bigint('number'),
    /** Time of that grant, or start of the window of an allowance. */
    basedAt: p.datetime(),
    /** True if the next balance below the level is a crossing. False until the balance has risen to it again. */
    armed: p.boolean(),
    /** Number of crossings so far. */
    crossings: p.integer(),
    createdBy: p.text(),
    since: p.datetime(),
    endedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'balance_percent_level_percent', expression: `percent > 0 and percent <= 100` },
    { name: 'balance_percent_level_base', expression: `base >= 0` },
    { name: 'balance_percent_level_crossings', expression: `crossings >= 0` },
  ],
  indexes: [
    {
      name: 'balance_percent_level_live',
      expression:
        'create unique index "balance_percent_level_live" on "balance_percent_level" ("account_id", "feature", "percent") where ended_at is null',
    },
  ],
})

export type BalancePercentLevelRow = RowOf<typeof BalancePercentLevelSchema>
