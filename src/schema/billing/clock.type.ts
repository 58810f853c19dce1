import { payload } from '../kernel/payload.js'
import { field, objectType, oneOfInputType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** The business clock. */
@objectType('The business clock. It determines periods, trials, expiry and dunning.')
export class Clock {
  readonly __typename!: 'Clock'

  @field('Current time of the business clock.', () => DateTime)
  now!: Date

  @field('Whether the clock can be moved. True only in sandbox mode.', () => Boolean)
  sandbox!: boolean
}

@oneOfInputType('Target of the business clock; set exactly one field. The clock cannot move backward.')
export class AdvanceClockInput {
  @field('Time to move the clock to.', () => DateTime, { nullable: true })
  to?: Date | null

  @field('Number of seconds to advance. A repeated call advances again; `to` does not.', () => SafeInt, {
    nullable: true,
  })
  bySeconds?: number | null
}

export const ClockPayload = payload(Clock)
