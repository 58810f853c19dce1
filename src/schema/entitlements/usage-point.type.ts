import { field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

@objectType('Usage of a feature in one period.')
export class UsagePoint {
  readonly __typename!: 'UsagePoint'

  @field('Start of the period, inclusive (business clock).', () => DateTime)
  from!: Date

  @field('End of the period, exclusive (business clock).', () => DateTime)
  to!: Date

  @field('Units used in the period.', () => SafeInt)
  amount!: number
}
