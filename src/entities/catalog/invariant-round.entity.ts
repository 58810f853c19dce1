import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Result of a rule in a round. */
export interface RuleResult {
  readonly checked: number
  /** Null if the rule holds. */
  readonly counterexample: Readonly<Record<string, unknown>> | null
}

/** The running round of checks of the invariants, and the results of the last one; one row. */
export const InvariantRoundSchema = defineEntity({
  name: 'InvariantRound',
  tableName: 'invariant_round',
  properties: {
    id: p.integer().primary().autoincrement(false),
    number: p.integer(),
    /** The last account that the running round has checked; empty at its start. Null if none runs. */
    after: p.text().nullable(),
    /** Results of the running round so far, by rule. */
    found: p.json().$type<Readonly<Record<string, RuleResult>>>(),
    /** Results of the last round that ended, by rule. */
    results: p.json().$type<Readonly<Record<string, RuleResult>>>(),
    /** Time at which it ended (machine clock). Null before the first end. */
    checkedAt: p.datetime().nullable(),
  },
  checks: [{ name: 'invariant_round_one_row', expression: 'id = 1' }],
})

export type InvariantRoundRow = RowOf<typeof InvariantRoundSchema>
