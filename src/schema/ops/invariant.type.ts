import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'

/** An invariant with its result. */
@objectType('A rule that stored data must always satisfy, with the result of a check.')
export class Invariant {
  readonly __typename!: 'Invariant'

  @field('Stable name, for example `ledger_sums_to_grants`.', () => String)
  name!: string

  @field('Statement of the rule.', () => String)
  description!: string

  @field('Whether all checked objects satisfy the rule.', () => Boolean)
  ok!: boolean

  @field('Number of objects checked.', () => SafeInt)
  checkedCount!: number

  @field('First object that violates the rule. Null if none does.', () => JSONValue, { nullable: true })
  counterexample!: unknown

  @field('Time at which the check ended (machine clock).', () => DateTime)
  checkedAt!: Date
}
