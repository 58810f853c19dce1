import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Effect of a balance that falls below a level: an alert, or a top-up that billing buys. */
export const BALANCE_LEVEL_ACTIONS = ['ALERT', 'TOP_UP'] as const
export type BalanceLevelAction = (typeof BALANCE_LEVEL_ACTIONS)[number]

/**
 * Units of a feature below which the balance of an account must not fall unnoticed. The statement that records a use
 * also records its crossing, so each fall is one crossing, whatever runs concurrently.
 */
export const BalanceLevelSchema = defineEntity({
  name: 'BalanceLevel',
  tableName: 'balance_level',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    feature: p.text(),
    action: p.text().$type<BalanceLevelAction>(),
    threshold: p.bigint('number'),
    /** True if the next balance below the threshold is a crossing. False until the balance has risen to it again. */
    armed: p.boolean(),
    /** Number of crossings so far. */
    crossings: p.integer(),
    createdBy: p.text(),
    since: p.datetime(),
    endedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'balance_level_threshold', expression: `threshold > 0` },
    { name: 'balance_level_crossings', expression: `crossings >= 0` },
    { name: 'balance_level_action', expression: `action in ('${BALANCE_LEVEL_ACTIONS.join(`', '`)}')` },
  ],
  indexes: [
    {
      name: 'balance_level_live',
      expression:
        'create unique index "balance_level_live" on "balance_level" ("account_id", "feature", "action", "threshold") where ended_at is null',
    },
  ],
})

export type BalanceLevelRow = RowOf<typeof BalanceLevelSchema>
