import { field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** How much was used in a stretch of time. */
@objectType('How much of a feature was used in a stretch of time.')
export class UsagePoint {
  readonly __typename!: 'UsagePoint'

  @field('Where the stretch begins; it belongs to it.', () => DateTime)
  from!: Date

  @field('Where it ends; it does not belong to it.', () => DateTime)
  to!: Date

  @field('How many were used.', () => SafeInt)
  amount!: number
}
