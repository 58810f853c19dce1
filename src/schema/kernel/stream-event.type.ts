import { field, interfaceType } from './decorators.js'
import { STREAM_CURSOR, STREAM_SEQUENCE } from './descriptions.js'
import { DateTime, SafeInt } from './scalars.js'

/** One event of the gap-free sequence of an account or a deployment. */
@interfaceType('One event of a stream. Each account and each deployment has one gap-free stream.')
export abstract class StreamEvent {
  @field(STREAM_CURSOR, () => String)
  cursor!: string

  @field(STREAM_SEQUENCE, () => SafeInt)
  sequence!: number

  @field('Time of the event.', () => DateTime)
  at!: Date
}

/** What `billingEvents` emits: an event, or the notice that events are missing. */
@interfaceType('Payload of the subscription `billingEvents`.', { implements: StreamEvent })
export abstract class BillingStream implements StreamEvent {
  cursor!: string
  sequence!: number
  at!: Date
}

/** What `entitlements` emits: an event, or the notice that events are missing. */
@interfaceType('Payload of the subscription `entitlements`.', { implements: StreamEvent })
export abstract class EntitlementStream implements StreamEvent {
  cursor!: string
  sequence!: number
  at!: Date
}

/** What `commandStatus` emits: an event, or the notice that events are missing. */
@interfaceType('Payload of the subscription `commandStatus`.', { implements: StreamEvent })
export abstract class CommandStream implements StreamEvent {
  cursor!: string
  sequence!: number
  at!: Date
}

/** What `agentPresence` emits: an event, or the notice that events are missing. */
@interfaceType('Payload of the subscription `agentPresence`.', { implements: StreamEvent })
export abstract class PresenceStream implements StreamEvent {
  cursor!: string
  sequence!: number
  at!: Date
}
