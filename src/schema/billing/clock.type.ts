import { field, objectType, oneOfInputType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** The business clock. */
@objectType('The business clock, which rules periods, trials, expiry and dunning.')
export class Clock {
  readonly __typename!: 'Clock'

  @field('The time on the business clock.', () => DateTime)
  now!: Date

  @field('Whether it can be moved; only in sandbox mode.', () => Boolean)
  sandbox!: boolean
}

/** How far to move the business clock. */
@oneOfInputType('How far to move the business clock: exactly one field. It never goes back.')
export class AdvanceClockInput {
  @field('The moment to move to.', () => DateTime, { nullable: true })
  to?: Date | null

  @field('How many seconds to move on.', () => SafeInt, { nullable: true })
  bySeconds?: number | null
}
