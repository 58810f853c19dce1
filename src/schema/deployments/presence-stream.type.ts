import { STREAM_SNAPSHOT } from '../kernel/descriptions.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Resync } from '../kernel/resync.type.js'
import { DateTime } from '../kernel/scalars.js'
import { PresenceStream, StreamEvent } from '../kernel/stream-event.type.js'
import { AgentPresence } from './agent.type.js'

/** An agent has come or gone. */
@objectType("A change of an agent's presence, or a first snapshot.", { implements: [StreamEvent, PresenceStream] })
export class PresenceChange implements StreamEvent {
  readonly __typename!: 'PresenceChange'
  cursor!: string
  sequence!: number
  at!: Date

  @field(STREAM_SNAPSHOT, () => Boolean)
  snapshot!: boolean

  @field('Presence after the change.', () => AgentPresence)
  presence!: AgentPresence

  @field("Time of the agent's last heartbeat (machine clock). Null if none.", () => DateTime, { nullable: true })
  lastHeartbeatAt!: Date | null
}

/** An item of the stream as resolvers return it. */
export type PresenceStreamItem = PresenceChange | Resync
