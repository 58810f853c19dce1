import { field, objectType } from '../kernel/decorators.js'
import { JSONValue, SafeInt } from '../kernel/scalars.js'

/** A rule that must always hold, as it was found. */
@objectType('A rule that must always hold of what is stored, as it was found now.')
export class Invariant {
  readonly __typename!: 'Invariant'

  @field('The stable name for programs, as `ledger_sums_to_grants`.', () => String)
  name!: string

  @field('What it says.', () => String)
  description!: string

  @field('Whether everything that was looked at keeps it.', () => Boolean)
  ok!: boolean

  @field('How many things were looked at.', () => SafeInt)
  checked!: number

  @field('The first thing that breaks it; null when nothing does.', () => JSONValue, { nullable: true })
  counterexample!: unknown
}
