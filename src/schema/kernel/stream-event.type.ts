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

  @field(
    'Time of the event: machine clock for agents, commands and their reports, business clock otherwise. That of `Resync` is the time it was sent (business clock).',
    () => DateTime,
  )
  at!: Date
}

/** Items of `billingEvents`: events, and notices of missing events. */
@interfaceType('Payload of the subscription `billingEvents`.', { implements: StreamEvent })
export abstract class BillingStream implements StreamEvent {
  cursor!: string
  sequence!: number
  at!: Date
}

/** Items of `entitlements`: events, and notices of missing events. */
@interfaceType('Payload of the subscription `entitlements`.', { implements: StreamEvent })
export abstract class EntitlementStream implements StreamEvent {
  cursor!: string
  sequence!: number
  at!: Date
}

/** Items of `commandStatus`: events, and notices of missing events. */
@interfaceType('Payload of the subscription `commandStatus`.', { implements: StreamEvent })
export abstract class CommandStream implements StreamEvent {
  cursor!: string
  sequence!: number
  at!: Date
}

/** Items of `agentPresence`: events, and notices of missing events. */
@interfaceType('Payload of the subscription `agentPresence`.', { implements: StreamEvent })
export abstract class PresenceStream implements StreamEvent {
  cursor!: string
  sequence!: number
  at!: Date
}

/** Items of `deploymentEvents`, which merges many streams and has no numbers of its own. */
@interfaceType('Payload of the subscription `deploymentEvents`.')
export abstract class DeploymentStream {
  @field(STREAM_CURSOR, () => String)
  cursor!: string

  @field(
    'Time of the event: machine clock for the snapshot, agents, commands and their reports, business clock otherwise.',
    () => DateTime,
  )
  at!: Date
}

/** Items of `operatorEvents`, which have no numbers. */
@interfaceType('Payload of the subscription `operatorEvents`.')
export abstract class OperatorStream {
  @field(STREAM_CURSOR, () => String)
  cursor!: string

  @field(
    'Time of the event (machine clock). That of `Resync` is the time it was sent (business clock).',
    () => DateTime,
  )
  at!: Date
}
