import { payloadType } from './payload.js'
import { enumType, field, objectType, oneOfInputType } from './decorators.js'
import { DateTime, SafeInt } from './scalars.js'

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

export const ClockFailureSource = enumType('ClockFailureSource', 'System in which work failed while the clock moved.', {
  SERVER: 'A due job of this server.',
  PAYMENT_SANDBOX: 'A due payment or subscription of the payment sandbox.',
})

@objectType('Work that failed while the clock moved. It is repeated later, and all other work continues.')
export class ClockFailure {
  @field('Whether the work failed in this server or in the payment sandbox.', () => ClockFailureSource)
  source!: 'SERVER' | 'PAYMENT_SANDBOX'

  @field('Kind of the work, for example `entitlements.sweep`.', () => String)
  kind!: string

  @field('ID of the object of the work, for example of a subscription at the provider.', () => String)
  subject!: string

  @field('Cause of the failure.', () => String)
  message!: string
}

@payloadType('A moved clock.')
export class ClockPayload {
  @field('The clock after the move. Null if the mutation was denied.', () => Clock, { nullable: true })
  clock!: Clock | null

  @field('Work that failed while the clock moved. Empty if none failed.', () => [ClockFailure], { nullable: true })
  failures!: readonly ClockFailure[] | null
}
